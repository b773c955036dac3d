#include "harness/scrape/metadata_cache.h"

#include <gtest/gtest.h>

#include "harness/wire/metric_family.h"
#include "harness/wire/openmetrics.h"

namespace pushpull {
namespace {

class MetadataCacheTest : public testing::Test {
 protected:
  void scrape(const std::string& text) { cache_.take(wire::parse_text(text, nullptr).value()); }
  void scrape_openmetrics(const std::string& text) {
    cache_.take(wire::parse_openmetrics(text + "# EOF\n", {}).value());
  }
  // "name/type/help" of each family.
  std::vector<std::string> families() const {
    std::vector<std::string> out;
    for (const wire::FamilyMetadata& f : cache_.families())
      out.push_back(f.family + "/" + std::to_string(f.type) + "/" + f.help);
    return out;
  }
  using Families = std::vector<std::string>;

  MetadataCache cache_;
};

TEST_F(MetadataCacheTest, KeepsWhatTheLinesSay) {
  scrape("# HELP b B \\\\ help.\n# TYPE b counter\nb 1\n# TYPE a gauge\na 1\n# HELP c C help.\n");
  EXPECT_EQ(families(), (Families{"b/1/B \\ help.", "a/2/", "c/0/C help."}));
}

TEST_F(MetadataCacheTest, OpenMetricsHasUnitsAndMoreTypes) {
  scrape_openmetrics(R"(# HELP b_seconds B \"\\n\" help.
# TYPE b_seconds counter
# UNIT b_seconds seconds
b_seconds_total 1
# TYPE i info
# TYPE s stateset
# TYPE g gaugehistogram
# TYPE u unknown
)");
  EXPECT_EQ(families(), (Families{R"(b_seconds/1/B "\n" help.)", "i/6/", "s/7/", "g/4/", "u/0/"}));
  EXPECT_EQ(cache_.families()[0].unit, "seconds");
  scrape_openmetrics("# TYPE b_seconds gauge\n");
  EXPECT_EQ(cache_.families()[0].type, 2);
}

TEST_F(MetadataCacheTest, ProtobufSaysItOfEachFamilyThatHasMetrics) {
  // name "c", help "C\n", COUNTER, a metric with a counter of 0; then name "e", without metrics.
  const std::string text(
      "\x0d\x0a\x01"
      "c\x12\x02"
      "C\n\x18\x00\x22\x02\x1a\x00"
      "\x03\x0a\x01"
      "e",
      18);
  cache_.take(wire::parse_metric_families(text, {}).value());
  EXPECT_EQ(families(), Families{"c/1/C\n"});
}

TEST_F(MetadataCacheTest, ALaterScrapeMayChangeIt) {
  scrape("# HELP a A.\n# TYPE a counter\na 1\n");
  scrape("# HELP a A.\n# TYPE a counter\na 2\n");
  EXPECT_EQ(families(), (Families{"a/1/A."}));
  scrape("# TYPE a gauge\na 2\n");
  EXPECT_EQ(families(), (Families{"a/2/A."})) << "the help is not taken back";
  scrape("# HELP a Other.\na 2\n");
  EXPECT_EQ(families(), (Families{"a/2/Other."}));
}

TEST_F(MetadataCacheTest, LinesThatMoveAreNotTheSameLines) {
  scrape("# HELP a x\n# TYPE a gauge\n");
  scrape("# HELP a x\n");
  scrape("# HELP a x\n# TYPE a counter\n");
  EXPECT_EQ(families(), (Families{"a/1/x"}));
  scrape("# HELP a xy\n# TYPE a counter\n");
  EXPECT_EQ(families(), (Families{"a/1/xy"}));
}

TEST_F(MetadataCacheTest, AFamilyIsKeptForTenScrapesWithoutIt) {
  scrape("# TYPE a gauge\n# TYPE b gauge\n");
  for (int i = 0; i < 10; ++i) scrape("# TYPE b gauge\n");
  EXPECT_EQ(families(), (Families{"a/2/", "b/2/"}));
  scrape("# TYPE b gauge\n");
  EXPECT_EQ(families(), (Families{"b/2/"}));
  scrape("# TYPE b gauge\n# TYPE a counter\n");
  EXPECT_EQ(families(), (Families{"b/2/", "a/1/"}));
}

TEST_F(MetadataCacheTest, FailedScrapesMakeItOlderButOnlyASuccessForgets) {
  scrape("# TYPE a gauge\n");
  for (int i = 0; i < 20; ++i) cache_.failed();
  EXPECT_EQ(families(), (Families{"a/2/"}));
  scrape("# TYPE b gauge\n");
  EXPECT_EQ(families(), (Families{"b/2/"}));
}

}  // namespace
}  // namespace pushpull
