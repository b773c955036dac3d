#include "harness/net/exposition.h"

#include <string>

#include "harness/workload/target.h"

namespace pushpull {

Result<std::string> SyntheticExposition::encode() const {
  std::string text;
  target_->expose(ordinal_, text);
  return text;
}

int64_t SyntheticExposition::samples() const { return target_->size(); }

}  // namespace pushpull
