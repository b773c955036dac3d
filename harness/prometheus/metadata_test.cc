// Metadata on its way from a target to the wire: both engines say the same.
#include <gtest/gtest.h>

#include "harness/loop/virtual_loop.h"
#include "harness/net/exposition.h"
#include "harness/prometheus/sample_storage.h"
#include "harness/prometheus/slice_storage.h"
#include "harness/scrape/text_exposition.h"
#include "harness/workload/workload.h"

namespace pushpull {
namespace {

const Instant kBegin = Instant::from_unix_ms(1'767'225'600'000);

// The storages of both engines, with the same targets.
class MetadataTest : public testing::Test {
 protected:
  MetadataTest() {
    for (const Target& target : workload_.targets()) {
      ScrapeTarget scraped;
      scraped.endpoint = "targets:9100";
      scraped.path = target.path();
      scraped.labels = target.target_labels();
      virtual_.add_target(scraped);
      real_.add_target(scraped);
    }
  }
  void scrape(size_t target) {
    const Target& t = workload_.targets()[target];
    ScrapeResult result;
    result.intended = kBegin;
    result.timestamp_ms = kBegin.unix_ms();
    result.payload = std::make_shared<SyntheticExposition>(&t, 0, 0);
    ASSERT_TRUE(virtual_.read_scrape(target, result, kBegin).ok());
    std::string text;
    t.expose(0, text);
    result.payload =
        std::make_shared<TextExposition>(wire::parse_text(std::move(text), nullptr).value(), 0);
    ASSERT_TRUE(real_.read_scrape(target, result, kBegin).ok());
  }

  Workload workload_ = Workload::make({.targets = 20, .series = 20 * 300, .seed = 7}).value();
  SliceStorage virtual_{{}, {.exact = true, .federate_model = nullptr}};
  SampleStorage real_{{}, *release_profile("3.5")};
};

TEST_F(MetadataTest, NothingIsKnownBeforeTheFirstScrape) {
  EXPECT_TRUE(virtual_.metadata().empty());
  EXPECT_TRUE(real_.metadata().empty());
}

TEST_F(MetadataTest, AFamilyIsSentOnceHoweverManyTargetsHaveIt) {
  for (size_t t = 0; t < 20; ++t) scrape(t);
  const std::vector<wire::FamilyMetadata> families = virtual_.metadata();
  EXPECT_EQ(families, real_.metadata());
  size_t exposed = 0;
  for (const Target& target : workload_.targets()) exposed += target.shape().families().size();
  EXPECT_LT(families.size() * 2, exposed) << "targets of one kind say the same";
  for (const wire::FamilyMetadata& family : families) {
    EXPECT_FALSE(family.family.empty());
    EXPECT_FALSE(family.help.empty()) << family.family;
    EXPECT_TRUE(family.type >= 1 && family.type <= 3) << family.family;
  }
}

TEST_F(MetadataTest, OnlyWhatThisProcessHasScrapedIsKnown) {
  scrape(3);
  const size_t known = virtual_.metadata().size();
  EXPECT_EQ(known, workload_.targets()[3].shape().families().size());
  EXPECT_EQ(virtual_.metadata(), real_.metadata());
  virtual_.end_all(3);
  real_.end_all(3);
  EXPECT_EQ(virtual_.metadata().size(), known) << "a failed scrape forgets nothing";
  EXPECT_EQ(real_.metadata().size(), known);
  virtual_.restart();
  EXPECT_TRUE(virtual_.metadata().empty());
}

}  // namespace
}  // namespace pushpull
