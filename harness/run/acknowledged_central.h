// A central that is somebody else's is not read back. What it has taken is what it has answered
// with a 2xx, as leaves of ours have written down; this writes the journal that a central of ours
// would have written. A sample counts as visible when its leaf had the answer, which is later by
// the way back.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/workload/workload.h"

namespace pushpull {

// `max_delay`: see AnswerLog. Error: a journal cannot be read or written.
Status write_acknowledged_central(const std::vector<std::string>& targets_journals,
                                  const std::vector<std::string>& leaf_journals,
                                  const Workload& workload, Duration max_delay,
                                  const std::string& path);

}  // namespace pushpull
