// What pushpull's exit codes mean; the same in README.md.
#pragma once

namespace pushpull {

enum ExitCode : int {
  kExitOk = 0,
  kExitRunFailed = 1,      // a role died, books that do not balance, an engine error
  kExitBadInput = 2,       // command line, scenario, prometheus.yml; nothing was started
  kExitInterrupted = 130,  // Ctrl-C; partial results are kept and flagged
};

}  // namespace pushpull
