// After a loopback run: reads the journals of all its roles and tells the instrument what happened,
// as an observer of a virtual world would have. Only the runner does this.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/measure/instrument.h"

namespace pushpull {

struct MergedJournals {
  int64_t entries = 0;
  // One line per journal that ends in bytes that are no whole entry (its role was killed), and how
  // many they are.
  std::vector<std::string> torn;
};

// `paths` in any order. `max_delay`: see AnswerLog. Fails where a journal cannot be read, or
// contradicts another: a scrape that no target answered, a sample given up that was never scraped.
// The instrument is of no use then.
Result<MergedJournals> merge_journals(const std::vector<std::string>& paths, Duration max_delay,
                                      Instrument& instrument);

}  // namespace pushpull
