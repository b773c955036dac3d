#include "harness/base/task.h"

#include <gtest/gtest.h>

#include <memory>

namespace pushpull {
namespace {

TEST(Task, CallsWhatItHolds) {
  int calls = 0;
  Task task = [&calls] { ++calls; };
  task();
  Task moved = std::move(task);
  moved();
  EXPECT_EQ(calls, 2);
  EXPECT_FALSE(static_cast<bool>(
      task));  // NOLINT(bugprone-use-after-move): the moved-from state is the contract
}

TEST(Task, DestroysItsCaptureOnce) {
  auto owned = std::make_shared<int>(1);
  {
    Task task = [owned] {};
    Task other = std::move(task);
    EXPECT_EQ(owned.use_count(), 2);
    other = Task();
    EXPECT_EQ(owned.use_count(), 1);
  }
  EXPECT_EQ(owned.use_count(), 1);
}

TEST(Task, MayHoldMoveOnlyCaptures) {
  int seen = 0;
  Task task = [value = std::make_unique<int>(7), &seen] { seen = *value; };
  task();
  EXPECT_EQ(seen, 7);
}

}  // namespace
}  // namespace pushpull
