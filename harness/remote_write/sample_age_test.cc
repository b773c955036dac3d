#include "harness/remote_write/sample_age.h"

#include <gtest/gtest.h>

#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

Slice with_timestamps(std::vector<int64_t> timestamps) {
  auto record = std::make_shared<Record>();
  record->layout = layout_of(static_cast<uint32_t>(timestamps.size()));
  record->timestamps = std::move(timestamps);
  return Slice::whole(std::move(record));
}

TEST(SampleAge, ASampleAtExactlyTheLimitIsNotTooOld) {
  const Instant now = Instant::from_unix_ms(10'000);
  EXPECT_EQ(oldest_allowed_ms(now, s(3)), 7'000);
  // 7000.000001 ms: a sample of 7000 ms lies before it, one of 7001 does not.
  EXPECT_EQ(oldest_allowed_ms(now + Duration::nanoseconds(1), s(3)), 7'001);
  EXPECT_EQ(oldest_allowed_ms(now - Duration::nanoseconds(1), s(3)), 7'000);
}

TEST(SampleAge, ARecordWithOneTimestampIsOneRun) {
  const Slice slice = Slice::whole(record_at(layout_of(5), Instant::from_unix_ms(700)));
  const AgeRun older = leading_age_run(slice, 701);
  EXPECT_EQ(older.count, 5u);
  EXPECT_TRUE(older.older);
  EXPECT_FALSE(leading_age_run(slice, 700).older);
  EXPECT_EQ(oldest_timestamp_ms(slice), 700);
}

TEST(SampleAge, TimestampsOfTheirOwnSplitASlice) {
  Slice rest = with_timestamps({5, 9, 10, 11, 3});
  std::vector<std::pair<uint32_t, bool>> runs;
  while (rest.count > 0) {
    const AgeRun run = leading_age_run(rest, 10);
    runs.emplace_back(run.count, run.older);
    rest = rest.tail(run.count);
  }
  EXPECT_EQ(runs, (std::vector<std::pair<uint32_t, bool>>{{2, true}, {2, false}, {1, true}}));
  EXPECT_EQ(oldest_timestamp_ms(with_timestamps({5, 9, 10, 11, 3})), 3);
}

}  // namespace
}  // namespace pushpull
