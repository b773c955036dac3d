#include "harness/run/foreign_leaf.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "harness/base/random.h"
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

// It stood still over two places and made up for one of them at 6.9 s.
TEST(FitGrid, AScrapeMadeUpForDoesNotMoveTheGrid) {
  const std::vector<Instant> places =
      fit_grid({at(501), at(2502), at(6900), at(8501), at(10503)}, Duration::seconds(2));
  EXPECT_EQ(places, (std::vector<Instant>{at(501), at(2501), at(6501), at(8501), at(10501)}));
}

// Against the definition: least late in all.
TEST(FitGrid, NoOtherGridIsCloser) {
  const uint64_t seed = testing::UnitTest::GetInstance()->random_seed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed, "fit_grid");
  const auto lateness = [](const std::vector<Instant>& arrivals, Instant grid) {
    Duration sum;
    for (const Instant t : arrivals) {
      const Duration late = (t - grid) % Duration::milliseconds(100);
      sum += late < Duration() ? late + Duration::milliseconds(100) : late;
    }
    return sum;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<Instant> arrivals;
    for (int64_t i = 0; i < 1 + round % 7; ++i) {
      arrivals.push_back(at(100 * i + static_cast<int64_t>(random.below(100))));
    }
    const std::vector<Instant> places = fit_grid(arrivals, Duration::milliseconds(100));
    Duration least = Duration::hours(1);
    for (const Instant t : arrivals) least = std::min(least, lateness(arrivals, t));
    EXPECT_EQ(lateness(arrivals, places.front()), least);
    for (size_t i = 0; i < places.size(); ++i) {
      EXPECT_EQ((places[i] - places[0]) % Duration::milliseconds(100), Duration());
      EXPECT_LE(places[i], arrivals[i]);
      EXPECT_LT(arrivals[i] - places[i], Duration::milliseconds(100));
    }
  }
}

class WriteForeignLeaf : public testing::Test {
 protected:
  WriteForeignLeaf() { std::filesystem::create_directories(folder_); }
  ~WriteForeignLeaf() override { std::filesystem::remove_all(folder_); }

  // The scrapes in the journal of the leaf of one target of ten series that answered at these
  // times.
  std::vector<journal::Scraped> scrapes(const std::vector<Instant>& answers) {
    {
      JournalWriter targets = JournalWriter::open(folder_ + "/targets").value();
      for (uint64_t i = 0; i < answers.size(); ++i) {
        targets.append(journal::Answered{0, i, answers[i]});
      }
    }
    const Workload workload =
        Workload::make({.leaves = 1, .targets = 1, .series = 10, .seed = 1}).value();
    EXPECT_TRUE(write_foreign_leaf(folder_ + "/targets", workload, Duration::seconds(2), {},
                                   folder_ + "/leaf")
                    .ok());
    JournalReader leaf = JournalReader::open(folder_ + "/leaf").value();
    std::vector<journal::Scraped> scrapes;
    while (const auto entry = leaf.next()) scrapes.push_back(std::get<journal::Scraped>(*entry));
    return scrapes;
  }

 private:
  const std::string folder_ = testing::TempDir() + "foreign_leaf_test." + std::to_string(getpid());
};

TEST_F(WriteForeignLeaf, EachAnswerIsAScrape) {
  EXPECT_EQ(scrapes({at(503), at(2501)}),
            (std::vector<journal::Scraped>{{0, at(503).unix_ms(), 10, at(501), at(503)},
                                           {0, at(2501).unix_ms(), 10, at(2501), at(2501)}}));
}

TEST_F(WriteForeignLeaf, TheSecondInAMillisecondIsNotStored) {
  const Duration later = Duration::microseconds(400);
  EXPECT_EQ(scrapes({at(501), at(4501), at(4501) + later, at(6501)}).size(), 3u);
}

}  // namespace
}  // namespace pushpull
