#include "harness/workload/kubernetes.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "harness/workload/target.h"

namespace pushpull {
namespace {

constexpr uint64_t kSeed = 42;
constexpr uint32_t kSizes[] = {1, 2, 17, 100, 333, 500, 501, 1500};
constexpr TargetKind kKinds[] = {TargetKind::kApp, TargetKind::kNodeExporter, TargetKind::kCadvisor,
                                 TargetKind::kKubeStateMetrics};

class EveryKind : public testing::TestWithParam<TargetKind> {
 protected:
  Target target(uint32_t size, uint32_t id = 5) const {
    return Target(kSeed, id, kubernetes_shape(GetParam(), size));
  }
};

TEST_P(EveryKind, HasExactlyTheSeriesAskedFor) {
  for (const uint32_t size : kSizes) EXPECT_EQ(target(size).size(), size);
}

TEST_P(EveryKind, HasNoTwoSeriesAlike) {
  for (const uint32_t size : kSizes) {
    const Target of = target(size);
    std::set<Labels> seen;
    for (uint32_t p = 0; p < size; ++p) {
      EXPECT_TRUE(seen.insert(of.stored_labels(p)).second) << of.labels(p).to_string();
    }
  }
}

TEST_P(EveryKind, StoresThreeToFifteenLabelsAndRenamesNone) {
  const Target of = target(1000);
  for (uint32_t p = 0; p < of.size(); ++p) {
    const Labels stored = of.stored_labels(p);
    ASSERT_FALSE(stored.has_duplicate_names());
    ASSERT_EQ(stored.size(), of.labels(p).size() + of.target_labels().size())
        << "an exposed label stands in the way of a target label: " << stored.to_string();
    ASSERT_GE(stored.size(), 3u);
    ASSERT_LE(stored.size(), 15u);
    ASSERT_EQ(stored.get("job"), "bench");
  }
}

// The rules that `promtool check metrics` would complain about.
TEST_P(EveryKind, NamesAndHelpKeepToTheLintRules) {
  const std::shared_ptr<const Shape> shape = kubernetes_shape(GetParam(), 1000);
  std::set<std::string> names;
  for (const Family& family : shape->families()) {
    SCOPED_TRACE(family.name);
    EXPECT_TRUE(names.insert(family.name).second);
    EXPECT_FALSE(family.help.empty());
    EXPECT_EQ(family.name.ends_with("_total"), family.type() == MetricType::kCounter);
    EXPECT_EQ(family.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"),
              std::string::npos);
    for (const char* suffix : {"_bucket", "_count", "_sum"}) {
      EXPECT_FALSE(family.name.ends_with(suffix));
    }
  }
}

TEST_P(EveryKind, TargetsOfOneShapeDifferInInstance) {
  EXPECT_NE(target(10, 1).target_labels().get("instance"),
            target(10, 2).target_labels().get("instance"));
}

INSTANTIATE_TEST_SUITE_P(Kubernetes, EveryKind, testing::ValuesIn(kKinds));

TEST(Kubernetes, MixesKindsInEveryTwentyTargets) {
  for (const uint64_t seed : {0, 1, 42}) {
    std::map<TargetKind, int> count;
    for (uint32_t id = 0; id < 40; ++id) ++count[kubernetes_kind(seed, id)];
    EXPECT_EQ(count[TargetKind::kApp], 2 * 9);
    EXPECT_EQ(count[TargetKind::kNodeExporter], 2 * 5);
    EXPECT_EQ(count[TargetKind::kCadvisor], 2 * 5);
    EXPECT_EQ(count[TargetKind::kKubeStateMetrics], 2 * 1);
  }
}

TEST(Kubernetes, TheSeedShiftsTheMix) {
  std::set<TargetKind> first;
  for (uint64_t seed = 0; seed < 100; ++seed) first.insert(kubernetes_kind(seed, 0));
  EXPECT_EQ(first.size(), 4u);
}

}  // namespace
}  // namespace pushpull
