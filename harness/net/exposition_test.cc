#include "harness/net/exposition.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "harness/workload/kubernetes.h"
#include "harness/workload/target.h"

namespace pushpull {
namespace {

class CountedExposition : public SliceExposition {
 public:
  using SliceExposition::SliceExposition;
  Result<std::string> encode() const override { return Error{"never sent"}; }
  int64_t wire_size() const override { return 0; }
};

TEST(SyntheticExpositionTest, IsWhatTheTargetExposes) {
  const Target target(42, 0, kubernetes_shape(TargetKind::kApp, 50));
  const SyntheticExposition exposition(&target, 7, 1234);
  EXPECT_EQ(exposition.samples(), 50);
  EXPECT_EQ(exposition.wire_size(), 1234);
  std::string text;
  target.expose(7, text);
  const Result<std::string> encoded = exposition.encode();
  ASSERT_TRUE(encoded);
  EXPECT_EQ(*encoded, text);
}

TEST(SliceExpositionTest, CountsTheSamplesOfItsSlices) {
  auto record = std::make_shared<Record>();
  record->layout = std::make_shared<Layout>(1, 10, nullptr);
  const Slice whole = Slice::whole(record);
  EXPECT_EQ(CountedExposition({whole.head(3), whole.tail(8)}).samples(), 3 + 2);
}

}  // namespace
}  // namespace pushpull
