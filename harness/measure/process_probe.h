// What a process has cost so far, from /proc. The one file of this module that asks the operating
// system.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>

#include "harness/base/result.h"
#include "harness/base/time.h"

namespace pushpull {

struct ProcessUsage {
  Duration user;  // CPU time of all its threads, to the clock tick (10 ms)
  Duration system;
  int64_t peak_rss_bytes = 0;  // since its last exec
  Duration cpu() const { return user + system; }
};

// Error where there is no such process (any more): probe before reaping a child.
Result<ProcessUsage> probe_process(pid_t pid);
// The harness itself.
Result<ProcessUsage> probe_self();

// The parts, on text as the kernel writes it. `ticks_per_second` > 0.
Result<ProcessUsage> parse_proc_stat(std::string_view stat, int64_t ticks_per_second);
Result<int64_t> parse_peak_rss(std::string_view status);

}  // namespace pushpull
