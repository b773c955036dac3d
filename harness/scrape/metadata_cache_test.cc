#include "harness/scrape/metadata_cache.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

class MetadataCacheTest : public testing::Test {
 protected:
  void scrape(const std::string& text) { cache_.take(wire::parse_text(text, nullptr).value()); }
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
