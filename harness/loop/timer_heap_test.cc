#include "harness/loop/timer_heap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "harness/base/random.h"

namespace pushpull {
namespace {

std::vector<TimerId> drain(TimerHeap& heap) {
  std::vector<TimerId> ids;
  for (; !heap.empty(); heap.pop()) ids.push_back(heap.top().id);
  return ids;
}

TEST(TimerHeapTest, EqualTimesGoByTheirIds) {
  TimerHeap heap;
  heap.push({7, 3});
  heap.push({5, 9});
  heap.push({7, 1});
  heap.push({7, 2});
  EXPECT_EQ(heap.size(), 4u);
  EXPECT_EQ(drain(heap), (std::vector<TimerId>{9, 1, 2, 3}));
}

TEST(TimerHeapTest, WhatStaysKeepsItsOrder) {
  for (const uint64_t entries : {0u, 1u, 2u, 5u, 100u}) {
    Random random(entries, "timer_heap_test");
    TimerHeap heap;
    std::vector<TimerHeap::Entry> odd;
    for (TimerId id = 0; id < entries; ++id) {
      const TimerHeap::Entry entry = {static_cast<int64_t>(random.below(20)), id};
      heap.push(entry);
      if (id % 2 == 1) odd.push_back(entry);
    }
    heap.erase_if([](const TimerHeap::Entry& entry) { return entry.id % 2 == 0; });
    std::ranges::sort(odd, [](const auto& a, const auto& b) { return a.before(b); });
    std::vector<TimerId> expected;
    for (const TimerHeap::Entry& entry : odd) expected.push_back(entry.id);
    EXPECT_EQ(drain(heap), expected);
  }
}

}  // namespace
}  // namespace pushpull
