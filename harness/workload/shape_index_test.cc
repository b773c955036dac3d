#include "harness/workload/shape_index.h"

#include <gtest/gtest.h>

#include "harness/workload/small_shape_for_test.h"

namespace pushpull {
namespace {

constexpr uint64_t kSeed = 42;

TEST(ShapeIndex, LeadsBackToEveryPosition) {
  const Shape shape = small_shape();
  const ShapeIndex index(shape);
  const SlotTexts slots(shape.slots(), kSeed, 0);
  for (uint32_t p = 0; p < shape.size(); ++p) {
    EXPECT_EQ(index.candidate(shape.labels(p, slots), kSeed), p);
  }
}

TEST(ShapeIndex, KnowsWhatIsNotThere) {
  const Shape shape = small_shape();
  const ShapeIndex index(shape);
  const auto candidate = [&](std::vector<Label> labels) {
    return index.candidate(Labels(std::move(labels)), kSeed);
  };
  EXPECT_EQ(candidate({{"__name__", "up"}}), std::nullopt);
  EXPECT_EQ(candidate({{"__name__", "cpu_total"}, {"cpu", "0"}}), std::nullopt);
  EXPECT_EQ(candidate({{"__name__", "cpu_total"}, {"cpu", "7"}, {"mode", "idle"}}), std::nullopt);
  EXPECT_EQ(candidate({{"__name__", "latency_seconds_bucket"}, {"route", "/a"}, {"le", "3"}}),
            std::nullopt);
  EXPECT_EQ(candidate({{"__name__", "pods"}, {"pod", "cart-x"}}), std::nullopt);
}

TEST(ShapeIndexDeath, EntriesThatLookAlikeAreAProgrammerError) {
  Blueprint plan;
  plan.target_labels = *fixed_labels({{"job", "bench"}});
  plan.families = {family("m", "Help.", constant(1), {axis("a", {"same", "same"})})};
  const Shape shape(std::move(plan));
  EXPECT_DEATH(ShapeIndex{shape}, "not unique");
}

}  // namespace
}  // namespace pushpull
