#include "harness/measure/fetch_grid.h"

#include <algorithm>

#include "harness/base/check.h"

namespace pushpull {

std::vector<Fetch> complete_grid(std::vector<Fetch> attempts, Instant anchor, Duration interval,
                                 Instant begin, Instant end) {
  CHECK(interval > Duration());
  const auto by_time = [](const Fetch& a, const Fetch& b) { return a.intended < b.intended; };
  std::ranges::stable_sort(attempts, by_time);

  Duration offset = (anchor - begin) % interval;
  if (offset < Duration()) offset += interval;
  std::vector<Fetch> missed;
  size_t next = 0;
  for (Instant place = begin + offset; place < end; place += interval) {
    while (next < attempts.size() && attempts[next].intended < place - interval / 2) ++next;
    const bool covered = next < attempts.size() && attempts[next].intended < place + interval / 2;
    if (!covered) missed.push_back({place, FetchOutcome::kMissed});
  }
  attempts.insert(attempts.end(), missed.begin(), missed.end());
  std::ranges::stable_sort(attempts, by_time);
  return attempts;
}

}  // namespace pushpull
