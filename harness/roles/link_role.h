// The process between leaves and central: `pushpull link`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/time.h"
#include "harness/roles/link.h"

namespace pushpull {

struct LinkRoleOptions {
  LinkSpec spec;
  std::vector<LinkRoute> routes;
  bool clients_are_leaves = true;  // who opens connections: leaves push, a central pulls
  std::string journal;             // path; empty: none
  uint64_t seed = 0;               // of jitter, loss and who is answered
  bool http = false;               // look for requests: they can be answered, and are journalled
  bool control = false;  // take link commands on stdin; each is answered on stdout with the time
  std::optional<Duration> anchor;
};

// Runs until SIGINT or SIGTERM. Returns an exit code: 0, or 1 after an error on stderr.
int run_link_role(const LinkRoleOptions& options);

}  // namespace pushpull
