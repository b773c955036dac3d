#include "harness/federation/federate_text.h"

#include <gtest/gtest.h>

#include <cmath>

#include "harness/wire/compression.h"

namespace pushpull {
namespace {

Labels series(const std::string& name, std::vector<Label> labels) {
  labels.push_back({"__name__", name});
  return Labels(std::move(labels));
}

TEST(FederatedSeries, PutsMissingExternalLabelsLast) {
  const Labels external({{"region", "eu"}, {"replica", "a"}, {"zone", "z1"}});
  EXPECT_EQ(
      federated_series(
          series("withinst", {{"instance", "foo"}, {"job", "bar"}, {"region", "us"}, {"x", "y"}}),
          external),
      "withinst{instance=\"foo\",job=\"bar\",region=\"us\",x=\"y\",replica=\"a\",zone=\"z1\"}");
}

TEST(FederatedSeries, WritesAnEmptyInstanceWhereThereIsNone) {
  EXPECT_EQ(federated_series(series("agg:up:sum", {}), Labels()), "agg:up:sum{instance=\"\"}");
  EXPECT_EQ(federated_series(series("m", {{"a", "b"}}), Labels({{"instance", "x"}})),
            "m{a=\"b\",instance=\"x\"}");
}

TEST(FederatedSeries, EscapesValues) {
  EXPECT_EQ(federated_series(series("m", {{"instance", "i"}}), Labels({{"path", "a\"\\\n"}})),
            "m{instance=\"i\",path=\"a\\\"\\\\\\n\"}");
}

std::shared_ptr<const FederatedSeries> selection() {
  FederatedSeries::Builder builder{Labels()};
  builder.add(1, series("zzz", {{"instance", "i"}}));
  builder.add(2, series("aaa", {{"instance", "j"}}));
  builder.add(3, series("aaa", {{"instance", "i"}}));
  builder.add(4, Labels({{"instance", "nameless"}}));
  return builder.build();
}

TEST(FederateText, GroupsFamiliesByNameUnderUntypedTypeLines) {
  const auto selected = selection();
  ASSERT_EQ(selected->size(), 3u);
  EXPECT_EQ(selected->ref(0), 3u);
  const FederateText body(selected, {{0, 1795360506575, 7}, {1, 5, -0.0}, {2, 6, 1e6}},
                          FederateText::kPlain);
  EXPECT_EQ(*body.encode(),
            "# TYPE aaa untyped\n"
            "aaa{instance=\"i\"} 7 1795360506575\n"
            "aaa{instance=\"j\"} 0 5\n"
            "# TYPE zzz untyped\n"
            "zzz{instance=\"i\"} 1e+06 6\n");
  EXPECT_EQ(body.samples(), 3);
}

TEST(FederateText, InvisibleSeriesLeaveNoTypeLine) {
  const FederateText body(selection(), {{2, 6, std::nan("")}}, FederateText::kPlain);
  EXPECT_EQ(*body.encode(), "# TYPE zzz untyped\nzzz{instance=\"i\"} NaN 6\n");
}

TEST(FederateText, CompressesWhenAsked) {
  const FederateText plain(selection(), {{0, 1, 7}}, FederateText::kPlain),
      gzipped(selection(), {{0, 1, 7}}, 6);
  EXPECT_EQ(*wire::gunzip(*gzipped.encode(), 1 << 20), *plain.encode());
  EXPECT_EQ(gzipped.wire_size(), static_cast<int64_t>(gzipped.encode()->size()));
}

}  // namespace
}  // namespace pushpull
