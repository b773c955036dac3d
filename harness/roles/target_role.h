// The process that serves the synthetic targets of one leaf: `pushpull target`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "harness/base/time.h"
#include "harness/workload/workload.h"

namespace pushpull {

struct TargetRoleOptions {
  WorkloadSpec workload;
  uint32_t leaf = 0;
  std::string listen = "127.0.0.1:9100";
  std::string journal;  // path; empty: none
  // Take commands on stdin. "stop": answer 503 from then on; "down 20%": so much of the targets
  // answer 503, until another such command.
  bool control = false;
  std::optional<Duration> anchor;  // of the run's clock; measured if not given
};

// Runs until SIGINT or SIGTERM. Returns an exit code: 0, or 1 after an error on stderr, or 2 for
// options that do not fit.
int run_target_role(const TargetRoleOptions& options);

}  // namespace pushpull
