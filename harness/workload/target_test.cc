#include "harness/workload/target.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <string>

#include "harness/workload/kubernetes.h"

namespace pushpull {
namespace {

constexpr uint64_t kOrdinals[] = {0, 1, 2, 119, 5760, 1'000'000};

std::vector<Target> one_of_each_kind(uint32_t size, uint64_t seed = 42) {
  std::vector<Target> targets;
  for (const TargetKind kind : {TargetKind::kApp, TargetKind::kNodeExporter, TargetKind::kCadvisor,
                                TargetKind::kKubeStateMetrics}) {
    const auto id = static_cast<uint32_t>(targets.size());
    targets.push_back(Target(seed, id, kubernetes_shape(kind, size)));
  }
  return targets;
}

std::vector<std::string> sample_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with('#')) lines.push_back(line);
  }
  return lines;
}

// Exposed labels in order of name but for le, which clients write last.
std::string series_text(const Labels& labels) {
  std::string text(labels.metric_name());
  char separator = '{';
  const auto add = [&](const std::string& name, std::string_view value) {
    text += separator;
    text += name + "=\"";
    append_escaped(text, value);
    text += '"';
    separator = ',';
  };
  for (const Label& label : labels) {
    if (label.name != "__name__" && label.name != "le") add(label.name, label.value);
  }
  if (labels.has("le")) add("le", labels.get("le"));
  return separator == '{' ? text : text + '}';
}

TEST(Target, ExposesItsLabelsAndValuesLineByLine) {
  for (const Target& target : one_of_each_kind(400)) {
    for (const uint64_t ordinal : kOrdinals) {
      std::string text;
      target.expose(ordinal, text);
      const std::vector<std::string> lines = sample_lines(text);
      ASSERT_EQ(lines.size(), target.size());
      for (uint32_t p = 0; p < target.size(); ++p) {
        const size_t blank = lines[p].rfind(' ');
        ASSERT_EQ(lines[p].substr(0, blank), series_text(target.labels(p)));
        const double read = std::strtod(lines[p].c_str() + blank, nullptr);
        ASSERT_EQ(std::bit_cast<uint64_t>(read), std::bit_cast<uint64_t>(target.value(p, ordinal)))
            << lines[p] << " at ordinal " << ordinal;
      }
    }
  }
}

TEST(Target, ValuesAreBelowTwoToThe53AndNeverNegativeZero) {
  for (const Target& target : one_of_each_kind(2000)) {
    for (uint64_t ordinal = 0; ordinal < 20'000; ordinal += 397) {
      std::vector<double> values;
      target.values(ordinal, values);
      for (const double value : values) {
        ASSERT_GE(value, 0);
        ASSERT_LT(value, 0x1p53);
        ASSERT_FALSE(std::signbit(value));
      }
    }
  }
}

TEST(Target, IsAFunctionOfSeedAndId) {
  const std::vector<Target> a = one_of_each_kind(300), b = one_of_each_kind(300);
  const std::vector<Target> other = one_of_each_kind(300, 43);
  for (size_t i = 0; i < a.size(); ++i) {
    std::string text_a, text_b, text_other;
    a[i].expose(7, text_a);
    b[i].expose(7, text_b);
    other[i].expose(7, text_other);
    EXPECT_EQ(text_a, text_b);
    EXPECT_NE(text_a, text_other);
    EXPECT_EQ(a[i].target_labels(), b[i].target_labels());
  }
}

TEST(Target, NeighboursHaveOtherValues) {
  const auto shape = kubernetes_shape(TargetKind::kApp, 300);
  std::vector<double> first, second;
  Target(42, 1, shape).values(7, first);
  Target(42, 2, shape).values(7, second);
  EXPECT_NE(first, second);
}

TEST(Target, IsServedUnderItsId) {
  EXPECT_EQ(Target(42, 17, kubernetes_shape(TargetKind::kApp, 1)).path(), "/t/17/metrics");
}

}  // namespace
}  // namespace pushpull
