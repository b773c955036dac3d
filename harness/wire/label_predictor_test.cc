#include "harness/wire/label_predictor.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/wire/write_request.h"

namespace pushpull::wire {
namespace {

std::string region(const std::string& name) {
  std::string out;
  encode_labels(Labels({{"__name__", name}, {"job", "a"}}), out);
  return out;
}

const std::string kA = region("a");
const std::string kB = region("b");
const std::string kC = region("c");
const std::string kD = region("d");
// Hashes; those that 32 divides begin a chain.
constexpr uint64_t kBegins = 320;
constexpr uint64_t kBeginsToo = 640;

// Tells one message's series; returns how many of them were expected.
int tell(LabelMemory& memory, const std::vector<SeenLabels>& series) {
  LabelPredictor predictor(&memory);
  int expected = 0;
  for (const SeenLabels& labels : series) {
    const SeenLabels found = predictor.expect(labels.region);
    if (!found.region.empty()) {
      EXPECT_EQ(found.region, labels.region);
      EXPECT_EQ(found.hash, labels.hash);
      ++expected;
    }
    predictor.saw(labels, !found.region.empty());
  }
  predictor.break_off();
  return expected;
}

TEST(LabelPredictor, ExpectsWhatFollowedLastTime) {
  LabelMemory memory;
  const std::vector<SeenLabels> message = {{kA, kBegins}, {kB, 1}, {kC, kBeginsToo}, {kD, 2}};
  EXPECT_EQ(tell(memory, message), 0);
  EXPECT_EQ(tell(memory, message), 3) << "all but the first";
  EXPECT_EQ(tell(memory, {{kD, 2}, {kA, kBegins}, {kB, 1}}), 1) << "wherever the message begins";
}

TEST(LabelPredictor, LearnsAnewWhatHasChanged) {
  LabelMemory memory;
  tell(memory, {{kA, kBegins}, {kB, 1}, {kC, 3}});
  const std::vector<SeenLabels> changed = {{kA, kBegins}, {kD, 2}, {kC, 3}};
  EXPECT_EQ(tell(memory, changed), 0);
  EXPECT_EQ(tell(memory, changed), 2);
}

TEST(LabelPredictor, AShorterMessageUnlearnsNothing) {
  LabelMemory memory;
  const std::vector<SeenLabels> message = {{kA, kBegins}, {kB, 1}, {kC, 3}};
  tell(memory, message);
  EXPECT_EQ(tell(memory, {{kA, kBegins}, {kB, 1}}), 1);
  EXPECT_EQ(tell(memory, message), 2);
}

TEST(LabelPredictor, SeriesWithoutABeginningAreNotKept) {
  LabelMemory memory;
  tell(memory, {{kA, 1}, {kB, 2}, {kC, 3}});
  EXPECT_EQ(memory.bytes(), 0u);
}

TEST(LabelPredictor, HugeLabelsAndEndlessRunsAreCut) {
  LabelMemory memory;
  const std::string huge = region(std::string(LabelChain::kMaxRegion, 'a'));
  tell(memory, {{kA, kBegins}, {huge, 1}, {kB, 2}});
  EXPECT_EQ(memory.bytes(), 0u);
  std::vector<SeenLabels> endless(10'000, SeenLabels{kB, 1});
  endless.front() = {kA, kBegins};
  EXPECT_EQ(tell(memory, endless), 0);
  EXPECT_EQ(tell(memory, endless), 511);
}

TEST(LabelPredictor, WithoutAMemoryNothingIsExpected) {
  LabelPredictor predictor(nullptr);
  predictor.saw({kA, kBegins}, false);
  EXPECT_TRUE(predictor.expect(kB).region.empty());
}

}  // namespace
}  // namespace pushpull::wire
