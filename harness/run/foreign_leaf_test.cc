#include "harness/run/foreign_leaf.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "harness/measure/journal.h"

namespace pushpull {
namespace {

const Instant kBegin = Instant::from_unix_ms(1'767'225'600'000);

Instant at(int64_t ms) { return kBegin + Duration::milliseconds(ms); }

TEST(FitGrid, TheEarliestArrivalOfTheIntervalIsOnTheGrid) {
  // A grid of 2 s at 500 ms; arrivals are 7, 1, 30 and 2 ms late, one scrape is missing.
  const std::vector<Instant> places =
      fit_grid({at(507), at(2501), at(4530), at(8502)}, Duration::seconds(2));
  EXPECT_EQ(places, (std::vector<Instant>{at(501), at(2501), at(4501), at(8501)}));
  EXPECT_TRUE(fit_grid({}, Duration::seconds(2)).empty());
}

TEST(WriteForeignLeaf, EachAnswerIsAScrape) {
  const std::string folder = testing::TempDir() + "foreign_leaf_test." + std::to_string(getpid());
  std::filesystem::create_directories(folder);
  const Workload workload =
      Workload::make({.leaves = 1, .targets = 1, .series = 10, .seed = 1}).value();
  {
    JournalWriter targets = JournalWriter::open(folder + "/targets").value();
    targets.append(journal::Answered{0, 0, at(503)});
    targets.append(journal::Answered{0, 1, at(2501)});
  }
  ASSERT_TRUE(
      write_foreign_leaf(folder + "/targets", workload, Duration::seconds(2), {}, folder + "/leaf")
          .ok());
  JournalReader leaf = JournalReader::open(folder + "/leaf").value();
  EXPECT_EQ(std::get<journal::Scraped>(*leaf.next()),
            (journal::Scraped{0, at(503).unix_ms(), 10, at(501), at(503)}));
  EXPECT_EQ(std::get<journal::Scraped>(*leaf.next()),
            (journal::Scraped{0, at(2501).unix_ms(), 10, at(2501), at(2501)}));
  EXPECT_FALSE(leaf.next().has_value());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace pushpull
