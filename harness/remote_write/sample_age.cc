#include "harness/remote_write/sample_age.h"

#include <algorithm>

namespace pushpull {

int64_t oldest_allowed_ms(Instant now, Duration limit) {
  // A sample at exactly the limit is not too old.
  const Instant oldest = now - limit;
  const int64_t ms = oldest.unix_ms();
  return Instant::from_unix_ms(ms) < oldest ? ms + 1 : ms;
}

AgeRun leading_age_run(const Slice& slice, int64_t timestamp_ms) {
  const Record& record = *slice.record;
  if (record.timestamps.empty()) return {slice.count, record.timestamp_ms < timestamp_ms};
  const auto older = [&](uint32_t i) { return record.timestamp(slice.position(i)) < timestamp_ms; };
  AgeRun run{1, older(0)};
  while (run.count < slice.count && older(run.count) == run.older) ++run.count;
  return run;
}

int64_t oldest_timestamp_ms(const Slice& slice) {
  const Record& record = *slice.record;
  if (record.timestamps.empty()) return record.timestamp_ms;
  int64_t oldest = record.timestamp(slice.position(0));
  for (uint32_t i = 1; i < slice.count; ++i)
    oldest = std::min(oldest, record.timestamp(slice.position(i)));
  return oldest;
}

}  // namespace pushpull
