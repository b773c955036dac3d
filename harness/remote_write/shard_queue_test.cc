#include "harness/remote_write/shard_queue.h"

#include <gtest/gtest.h>

#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

Slice samples(uint32_t n) { return Slice::whole(record_at(layout_of(n), kVirtualStart)); }

TEST(ShardQueue, ChannelHasOneSlotPerWholeBatchOfCapacity) {
  EXPECT_EQ(ShardQueue(2500, 500).room(), 5 * 500 + 499);
  EXPECT_EQ(ShardQueue(2499, 500).room(), 4 * 500 + 499) << "a remainder buys nothing";
  EXPECT_EQ(ShardQueue(100, 500).room(), 500 + 499) << "at least one slot";
  EXPECT_EQ(ShardQueue(0, 500).room(), 500 + 499);
  EXPECT_EQ(ShardQueue(-499, 500).room(), 500 + 499);
}

TEST(ShardQueue, RefusesTheSampleThatCompletesABatchWithoutASlot) {
  ShardQueue queue(10, 10);
  queue.append(samples(19));
  EXPECT_EQ(queue.room(), 0);
  EXPECT_EQ(queue.to_complete(), 1u);
  EXPECT_EQ(sample_count(queue.take()), 10u);
  EXPECT_EQ(queue.room(), 10) << "one more fills the channel, nine the partial batch";
}

TEST(ShardQueue, SplitsWhereBatchesEnd) {
  ShardQueue queue(100, 10);
  queue.append(samples(4));
  queue.append(samples(17));
  const Batch first = queue.take();
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].count, 4u);
  EXPECT_EQ(first[1].count, 6u);
  const Batch second = queue.take();
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].first, 6u);
  EXPECT_EQ(second[0].count, 10u);
  EXPECT_EQ(sample_count(queue.take()), 1u) << "the partial batch, as no full one is left";
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(queue.take().empty());
}

TEST(ShardQueue, JoinsASliceThatGoesOn) {
  ShardQueue queue(100, 10);
  const Slice whole = samples(8);
  queue.append(whole.head(3));
  queue.append(whole.tail(3));
  const Batch batch = queue.take();
  ASSERT_EQ(batch.size(), 1u);
  EXPECT_EQ(batch[0].count, 8u);
}

TEST(ShardQueue, FlushNeedsASlot) {
  ShardQueue queue(10, 10);
  EXPECT_TRUE(queue.flush()) << "nothing to flush";
  queue.append(samples(13));
  EXPECT_FALSE(queue.flush());
  queue.take();
  EXPECT_FALSE(queue.has_full());
  EXPECT_TRUE(queue.flush());
  EXPECT_TRUE(queue.has_full());
  EXPECT_EQ(sample_count(queue.take()), 3u);
}

}  // namespace
}  // namespace pushpull
