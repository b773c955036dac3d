#include "harness/workload/text_template.h"

#include <gtest/gtest.h>

#include "harness/workload/blueprint.h"

namespace pushpull {
namespace {

std::string render(const Blueprint& plan, const std::vector<double>& values) {
  std::string text;
  TextTemplate(plan.families).render(SlotTexts(plan.slots, 42, 7), {}, values, text);
  return text;
}

TEST(TextTemplate, NothingToSayIsNoText) { EXPECT_EQ(render({}, {}), ""); }

TEST(TextTemplate, WithoutLabelsThereAreNoBraces) {
  Blueprint plan;
  plan.families = {family("up_total", "Counts.", counter(1, 1))};
  EXPECT_EQ(render(plan, {12.5}),
            "# HELP up_total Counts.\n# TYPE up_total counter\nup_total 12.5\n");
}

TEST(TextTemplate, LabelsStandInOrderOfNamesAcrossAxes) {
  Blueprint plan;
  plan.families = {
      family("m", "H.", constant(1), {fixed_labels({{"z", "1"}, {"b", "2"}}), axis("c", {"3"})})};
  EXPECT_EQ(render(plan, {1}), "# HELP m H.\n# TYPE m gauge\nm{b=\"2\",c=\"3\",z=\"1\"} 1\n");
}

TEST(TextTemplate, SlotsAreFilledWithTheTargetsTexts) {
  Blueprint plan;
  Axis address;
  address.names = {"a", "b"};
  address.values = {add_slot(plan, SlotKind::kInstance, ":80", 0), {"literal"}};
  plan.families = {
      family("m", "H.", constant(1), {std::make_shared<const Axis>(std::move(address))})};
  EXPECT_EQ(render(plan, {1}),
            "# HELP m H.\n# TYPE m gauge\nm{a=\"10.42.0.7:80\",b=\"literal\"} 1\n");
}

TEST(TextTemplate, RowsThatWereCutAreNotWritten) {
  Blueprint plan;
  plan.families = {family("m", "H.", constant(1), {axis("a", {"1", "2", "3"})})};
  plan.families[0].rows = 2;
  EXPECT_EQ(render(plan, {5, 6}), "# HELP m H.\n# TYPE m gauge\nm{a=\"1\"} 5\nm{a=\"2\"} 6\n");
}

TEST(TextTemplateDeath, ValuesMustMatchTheSeries) {
  Blueprint plan;
  plan.families = {family("m", "H.", constant(1))};
  EXPECT_DEATH(render(plan, {1, 2}), "values");
}

}  // namespace
}  // namespace pushpull
