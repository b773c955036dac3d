#include "harness/remote_write/incoming_samples.h"

#include <gtest/gtest.h>

#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

TEST(IncomingSamples, RateMovesEveryTenSeconds) {
  VirtualLoop loop;
  IncomingSamples incoming(loop);
  loop.run_for(s(9));
  incoming.committed(Slice::whole(record_at(layout_of(300), loop.now())));
  EXPECT_EQ(incoming.rate().samples_per_second, 0);
  loop.run_for(s(1));
  EXPECT_EQ(incoming.rate().samples_per_second, 30);
  incoming.committed(Slice::whole(record_at(layout_of(800), loop.now())));
  loop.run_for(s(10));
  EXPECT_EQ(incoming.rate().samples_per_second, 30 + 0.2 * (80 - 30));
  EXPECT_EQ(incoming.total().samples, 1100);
}

TEST(IncomingSamples, KeepsTheNewestTimestampOfTheSamplesThemselves) {
  VirtualLoop loop;
  IncomingSamples incoming(loop);
  EXPECT_EQ(incoming.rate().highest_timestamp_ms, 0);
  Record record;
  record.layout = layout_of(3);
  record.timestamps = {1000, 3000, 2000};
  const Slice slice = Slice::whole(std::make_shared<Record>(record));
  incoming.committed(slice.tail(2));
  EXPECT_EQ(incoming.rate().highest_timestamp_ms, 2000);
  incoming.committed(slice);
  EXPECT_EQ(incoming.rate().highest_timestamp_ms, 3000);
  incoming.committed(slice.head(1));
  EXPECT_EQ(incoming.rate().highest_timestamp_ms, 3000);
}

}  // namespace
}  // namespace pushpull
