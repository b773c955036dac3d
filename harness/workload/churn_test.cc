#include "harness/workload/churn.h"

#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <set>

#include "harness/base/random.h"
#include "harness/workload/workload.h"

namespace pushpull {
namespace {

// Generations counted up scrape by scrape, without division of large numbers.
class CountedChurn {
 public:
  CountedChurn(const Churn& churn, uint32_t size) : generations_(size) {
    for (uint32_t p = 0; p < size; ++p) generations_[p] = churn.at(0).of(p);
    next_ = churn.at(0).frontier;
  }
  void replace(uint64_t series) {
    for (; series > 0; --series, next_ = (next_ + 1) % generations_.size()) ++generations_[next_];
  }
  const std::vector<uint64_t>& generations() const { return generations_; }

 private:
  std::vector<uint64_t> generations_;
  size_t next_;
};

TEST(Churn, WithoutAShareNothingIsEverReplaced) {
  const Churn churn({}, 42, 100);
  EXPECT_FALSE(churn.any());
  for (const uint64_t ordinal : {0, 1, 1'000'000}) EXPECT_EQ(churn.at(ordinal), Generations());
}

TEST(Churn, ReplacesTheShareEachTimeInTurn) {
  // 2 % of 100 series: two each time, whatever the seed.
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Churn churn({.per_million = 20'000, .scrapes = 5}, seed, 100);
    CountedChurn counted(churn, 100);
    int times = 0;
    for (uint64_t ordinal = 1; ordinal < 2000; ++ordinal) {
      if (churn.at(ordinal) != churn.at(ordinal - 1)) {
        counted.replace(2);
        ++times;
      }
      for (uint32_t p = 0; p < 100; ++p) {
        ASSERT_EQ(churn.at(ordinal).of(p), counted.generations()[p]) << ordinal << " " << p;
      }
    }
    EXPECT_TRUE(times == 399 || times == 400) << times;
  }
}

TEST(Churn, SharesOfASeriesAddUp) {
  // 3 series of which 10 % are replaced every scrape: 300 in 1000 scrapes, one more or less.
  const Churn churn({.per_million = 100'000, .scrapes = 1}, 7, 3);
  uint64_t replaced = 0;
  for (uint64_t ordinal = 1; ordinal <= 1000; ++ordinal) {
    for (const PositionRange& r : changed_positions(churn.at(ordinal - 1), churn.at(ordinal), 3)) {
      replaced += r.size();
    }
  }
  EXPECT_NEAR(static_cast<double>(replaced), 300, 1);
}

TEST(Churn, NothingOverflowsInTheLongestRunOfTheLargestTarget) {
  constexpr uint32_t kSize = 1u << 24;
  const Churn churn({.per_million = ChurnSpec::kAll, .scrapes = 1}, 7, kSize);
  const Generations first = churn.at(0);
  constexpr uint64_t kFar = 14'000'000;
  EXPECT_EQ(churn.at(kFar), (Generations{kFar, first.frontier}));
  EXPECT_EQ(churn.born(first.frontier, kFar), kFar);
}

TEST(Churn, BornIsTheFirstScrapeOfAGeneration) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed, "churn_test");
    const auto size = static_cast<uint32_t>(1 + random.below(60));
    const Churn churn({.per_million = static_cast<uint32_t>(1 + random.below(ChurnSpec::kAll)),
                       .scrapes = static_cast<uint32_t>(1 + random.below(9))},
                      seed, size);
    for (uint32_t p = 0; p < size; ++p) {
      std::map<uint64_t, uint64_t> first;  // by generation
      for (uint64_t ordinal = 0; ordinal < 200; ++ordinal) {
        first.try_emplace(churn.at(ordinal).of(p), ordinal);
      }
      for (const auto& [generation, ordinal] : first) {
        ASSERT_EQ(churn.born(p, generation), ordinal) << p << " " << generation;
      }
    }
  }
}

TEST(Churn, ChangedPositionsAreThoseOfAnotherGeneration) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed, "churn_test changed");
    const auto size = static_cast<uint32_t>(1 + random.below(12));
    const auto any = [&] {
      return Generations{random.below(3), static_cast<uint32_t>(random.below(size + 1))};
    };
    const Generations a = any(), b = any();
    std::vector<bool> changed(size);
    for (const PositionRange& range : changed_positions(a, b, size)) {
      for (uint32_t p = range.begin; p < range.end; ++p) {
        ASSERT_FALSE(changed[p]);
        changed[p] = true;
      }
    }
    for (uint32_t p = 0; p < size; ++p) ASSERT_EQ(changed[p], a.of(p) != b.of(p)) << p;
  }
}

TEST(Churn, TextsLeadBackToTheirGeneration) {
  std::set<std::string> seen;
  for (const uint64_t generation : {0, 1, 2, 3, 1000, 14'000'000}) {
    const std::string text = generation_text(42, generation);
    EXPECT_EQ(text.size(), 9u);
    EXPECT_TRUE(seen.insert(text).second);
    EXPECT_EQ(generation_of_text(text, 42), generation);
    EXPECT_NE(generation_of_text(text, 43), generation);
  }
  EXPECT_EQ(generation_of_text("", 42), std::nullopt);
  EXPECT_EQ(generation_of_text("no-hash!!", 42), std::nullopt);
}

// The targets of a workload that replaces a tenth of its series every second scrape.
class ChurningTargetTest : public testing::Test {
 protected:
  const Workload workload_ = Workload::make({.leaves = 1,
                                             .targets = 20,
                                             .series = 4000,
                                             .seed = 5,
                                             .churn = {.per_million = 100'000, .scrapes = 2}})
                                 .value();
};

TEST_F(ChurningTargetTest, EverySeriesOfEveryGenerationIsUniqueAndLeadsBack) {
  std::map<Labels, std::pair<uint32_t, SeriesPlace>> seen;
  uint64_t born = 0;
  for (const Target& target : workload_.targets()) {
    for (uint64_t ordinal = 0; ordinal < 30; ++ordinal) {
      const Generations now = target.generations(ordinal);
      for (uint32_t p = 0; p < target.size(); ++p) {
        if (ordinal > 0 && target.generations(ordinal - 1).of(p) == now.of(p)) continue;
        ++born;
        Labels stored = target.stored_labels(p, now.of(p));
        const SeriesPlace place{p, now.of(p)};
        ASSERT_TRUE(seen.emplace(stored, std::pair(target.id(), place)).second)
            << stored.to_string();
        stored.set("cluster", "eu-1");
        ASSERT_EQ(workload_.place_of(target.id(), stored), place) << stored.to_string();
        stored.set(kGenerationLabel, "6f9b7c4d8");
        ASSERT_EQ(workload_.place_of(target.id(), stored), std::nullopt);
      }
    }
  }
  // 14 or 15 times a tenth of the series beside the first ones; rows are replaced whole.
  EXPECT_GT(born, 4000u * 23 / 10);
  EXPECT_LT(born, 4000u * 26 / 10);
}

TEST_F(ChurningTargetTest, ExposesTheGenerationsOfTheScrape) {
  for (const Target& target : workload_.targets()) {
    for (const uint64_t ordinal : {0, 7, 31}) {
      std::string text;
      target.expose(ordinal, text);
      size_t begin = 0;
      for (uint32_t p = 0; p < target.size(); ++begin) {
        const size_t end = text.find('\n', begin);
        const std::string line = text.substr(begin, end - begin);
        begin = end;
        if (line.starts_with('#')) continue;
        const std::string label =
            "pod_template_hash=\"" +
            std::string(target.labels(p, target.generations(ordinal).of(p)).get(kGenerationLabel)) +
            '"';
        ASSERT_NE(line.find(label), std::string::npos) << line << " has no " << label;
        ++p;
      }
    }
  }
}

TEST_F(ChurningTargetTest, ValuesAreFunctionsOfTheScrapeInAnyOrder) {
  Random random(3, "churn_test order");
  std::vector<double> values;
  for (int draw = 0; draw < 200; ++draw) {
    const Target& target = workload_.targets()[random.below(20)];
    const uint64_t ordinal = random.below(400);
    target.values(ordinal, values);
    for (uint32_t p = 0; p < target.size(); ++p) {
      ASSERT_EQ(std::bit_cast<uint64_t>(values[p]),
                std::bit_cast<uint64_t>(target.value(p, ordinal)))
          << "target " << target.id() << " position " << p << " ordinal " << ordinal;
      ASSERT_LT(values[p], 0x1p53);
    }
  }
}

TEST_F(ChurningTargetTest, HistogramsAreReplacedWhole) {
  for (const Target& target : workload_.targets()) {
    for (uint64_t ordinal = 0; ordinal < 60; ++ordinal) {
      const uint32_t frontier = target.generations(ordinal).frontier;
      EXPECT_EQ(target.shape().row_end(frontier), frontier);
    }
  }
}

TEST_F(ChurningTargetTest, CountersOfANewGenerationStartAgain) {
  // The applications' request counters: far from zero after 3000 scrapes, near it when just born.
  int restarted = 0;
  for (const Target& target : workload_.targets()) {
    for (uint32_t p = 0; p < target.size(); ++p) {
      if (target.labels(p).metric_name() != "process_cpu_seconds_total") continue;
      uint64_t ordinal = 3000;
      while (target.generations(ordinal).of(p) == target.generations(3000).of(p)) ++ordinal;
      // At most one scrape's worth: 15 s of CPU and its noise.
      EXPECT_LT(target.value(p, ordinal), 2 * 15.0);
      EXPECT_GE(target.value(p, ordinal + 1), target.value(p, ordinal));
      ++restarted;
    }
  }
  EXPECT_GT(restarted, 0);
}

}  // namespace
}  // namespace pushpull
