#include "harness/remote_write/write_relabeling.h"

#include <gtest/gtest.h>

#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

// Series `ref` is s{ref="…"}; counts how often it is asked for one.
class NumberedSeries : public LabelSource {
 public:
  explicit NumberedSeries(bool encodes) : encodes_(encodes) {}
  std::shared_ptr<const wire::LabelBlock> labels(const Layout& /*layout*/) override {
    ADD_FAILURE() << "these are not relabelled";
    return nullptr;
  }
  bool encodes() const override { return encodes_; }
  Labels series(const Layout& layout, uint32_t position) override {
    ++asked;
    return {{"__name__", "s"}, {"ref", std::to_string(layout.ref(position))}};
  }
  int asked = 0;

 private:
  bool encodes_;
};

RelabelConfig rule(RelabelAction action, std::string source, std::string regex) {
  RelabelConfig config;
  config.action = action;
  if (!source.empty()) config.source_labels = {std::move(source)};
  config.regex = std::move(regex);
  return config;
}

std::vector<uint32_t> positions(const LayoutPart& part) {
  std::vector<uint32_t> all;
  for (uint32_t rank = 0; rank < part.count(); ++rank)
    all.push_back(part.in_order().position(rank));
  return all;
}

using Positions = std::vector<uint32_t>;

TEST(WriteRelabeling, DividesALayout) {
  NumberedSeries series(true);
  WriteRelabeling relabeling(series, {rule(RelabelAction::kDrop, "ref", "11|13")});
  EXPECT_TRUE(relabeling.any());
  const auto layout = layout_of(5, 10);
  EXPECT_EQ(positions(relabeling.parts(*layout).kept), (Positions{0, 2, 4}));
  EXPECT_EQ(positions(relabeling.parts(*layout).dropped), (Positions{1, 3}));
  EXPECT_EQ(series.asked, 5);
}

TEST(WriteRelabeling, JudgesEachSeriesOnce) {
  NumberedSeries series(true);
  WriteRelabeling relabeling(series, {rule(RelabelAction::kDrop, "ref", "11|13")});
  const auto layout = layout_of(5, 10);
  relabeling.parts(*layout);
  const auto next = std::make_shared<const Layout>(std::vector<uint64_t>{13, 14, 15});
  EXPECT_EQ(positions(relabeling.parts(*next).kept), (Positions{1, 2}));
  relabeling.labels(*next);
  EXPECT_EQ(series.asked, 6) << "only 15 is new";
}

TEST(WriteRelabeling, SeriesThatNobodyNamesAreForgotten) {
  NumberedSeries series(true);
  WriteRelabeling relabeling(series, {rule(RelabelAction::kDrop, "ref", "11|13")});
  const auto alive = layout_of(5, 10);
  relabeling.parts(*alive);
  for (uint64_t generation = 1; generation <= 4; ++generation) {
    relabeling.parts(*layout_of(5, 10 + generation * 100));
  }
  ASSERT_EQ(series.asked, 25);
  relabeling.parts(*layout_of(5, 10));
  EXPECT_EQ(series.asked, 25) << "of the living ones the verdicts stay";
  relabeling.parts(*layout_of(5, 110));
  EXPECT_EQ(series.asked, 30) << "of the dead ones nothing";
}

TEST(WriteRelabeling, LabelsTravelRelabelled) {
  NumberedSeries series(true);
  RelabelConfig add = rule(RelabelAction::kReplace, "ref", "(.)(.)");
  add.target_label = "digit";
  add.replacement = "$2";
  WriteRelabeling relabeling(series, {rule(RelabelAction::kDrop, "ref", "11"), add,
                                      rule(RelabelAction::kLabelDrop, "", "ref")});
  const auto layout = layout_of(3, 10);
  const auto block = relabeling.labels(*layout);
  EXPECT_EQ(wire::decode_labels(block->labels(0)).value(),
            Labels({{"__name__", "s"}, {"digit", "0"}}));
  EXPECT_EQ(block->labels(1), "") << "dropped";
  EXPECT_EQ(wire::decode_labels(block->labels(2)).value(), relabeling.series(*layout, 2));
  EXPECT_EQ(relabeling.labels(*layout), block) << "kept while the layout lives";
}

TEST(WriteRelabeling, NothingIsEncodedWhereNothingIsSentForReal) {
  NumberedSeries series(false);
  WriteRelabeling relabeling(series, {rule(RelabelAction::kKeep, "ref", "11")});
  const auto layout = layout_of(3, 10);
  EXPECT_EQ(relabeling.labels(*layout), nullptr);
  EXPECT_EQ(positions(relabeling.parts(*layout).kept), (Positions{1}));
}

}  // namespace
}  // namespace pushpull
