#include "harness/workload/slot.h"

#include <gtest/gtest.h>

#include <set>

namespace pushpull {
namespace {

std::string text(SlotKind kind, std::string stem, uint32_t number, uint64_t seed,
                 uint32_t target = 0) {
  return std::string(SlotTexts({{kind, std::move(stem), number}}, seed, target)[0]);
}

TEST(Slot, TextsHaveTheirForms) {
  const SlotTexts texts({{SlotKind::kNode, "worker", 0},
                         {SlotKind::kPod, "cart", 3},
                         {SlotKind::kUid, "", 3},
                         {SlotKind::kContainerId, "cri-", 3}},
                        42, 7);
  EXPECT_EQ(texts[0].size(), std::string("worker-xxxxx").size());
  EXPECT_EQ(texts[1].size(), std::string("cart-xxxxxxxxx-xxxxx").size());
  EXPECT_EQ(texts[1].substr(0, 5), "cart-");
  EXPECT_EQ(texts[2].size(), 36u);
  EXPECT_EQ(texts[2][8], '-');
  EXPECT_EQ(texts[2][23], '-');
  EXPECT_EQ(texts[3].size(), 4u + 64u);
}

TEST(Slot, InstancesCountThroughTheNetwork) {
  EXPECT_EQ(text(SlotKind::kInstance, ":9100", 0, 1, 0), "10.42.0.0:9100");
  EXPECT_EQ(text(SlotKind::kInstance, ":9100", 0, 1, 65'536 + 256 + 5), "10.43.1.5:9100");
}

TEST(SlotDeath, TargetsBeyondTheNetworkAreAProgrammerError) {
  EXPECT_DEATH(text(SlotKind::kInstance, "", 0, 1, uint32_t{256 - 42} << 16), "no address left");
}

TEST(Slot, TextsDependOnTargetAndNumberOnly) {
  const auto container = [](uint64_t seed, uint32_t number, const char* stem) {
    return text(SlotKind::kContainerId, stem, number, seed).substr(std::string(stem).size());
  };
  EXPECT_EQ(container(1, 2, ""), container(1, 2, "cri-"));
  EXPECT_NE(container(1, 2, ""), container(1, 3, ""));
  EXPECT_NE(container(1, 2, ""), container(2, 2, ""));
}

TEST(Slot, PodNamesAreUniqueAndTellTheirNumber) {
  for (const uint64_t seed : {0ULL, 1ULL, 0xffffffffffffffffULL}) {
    std::set<std::string> suffixes;
    for (uint32_t number = 0; number < 5000; ++number) {
      const std::string pod = text(SlotKind::kPod, "cart", number, seed);
      ASSERT_EQ(pod_number(pod, seed), number);
      suffixes.insert(pod.substr(pod.size() - 5));
    }
    EXPECT_EQ(suffixes.size(), 5000u);
  }
  EXPECT_EQ(pod_number(text(SlotKind::kPod, "cart", 14'348'906, 9), 9), 14'348'906u);
}

TEST(Slot, OtherTextsAreNoPods) {
  EXPECT_EQ(pod_number("", 1), std::nullopt);
  EXPECT_EQ(pod_number("2x4q", 1), std::nullopt);
  EXPECT_EQ(pod_number("cart-AAAAA", 1), std::nullopt);
}

}  // namespace
}  // namespace pushpull
