#include "harness/systems/system.h"

#include "harness/systems/mock_system.h"
#include "harness/systems/prometheus_system.h"

namespace pushpull {

Result<std::unique_ptr<System>> make_system(SystemKind kind, const Systems& systems,
                                            const std::string& pushpull) {
  switch (kind) {
    case SystemKind::kMock:
      return MockSystem::make(systems.behaves_like, pushpull);
    case SystemKind::kPrometheus:
      return PrometheusSystem::make(systems.prometheus_binary);
  }
  return Error{"unknown system"};
}

}  // namespace pushpull
