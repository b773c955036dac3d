#include "harness/measure/journal_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "harness/base/random.h"
#include "harness/measure/conservation.h"
#include "harness/measure/journal_observer.h"
#include "harness/measure/ledger_observer.h"
#include "harness/measure/workload_series.h"

namespace pushpull {
namespace {

using testing::HasSubstr;

constexpr Instant kBegin = Instant::from_unix_ms(1'000'000);
constexpr Duration kInterval = Duration::seconds(2);
constexpr Duration kMaxDelay = Duration::seconds(1);
constexpr Instant at(int64_t ms) { return kBegin + Duration::milliseconds(ms); }

// A folder of journals, gone with the test.
class Folder {
 public:
  Folder() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ = testing::TempDir() + "pushpull_merge_" + test->name();
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  std::vector<std::string> files() const { return {file("central"), file("leaf"), file("target")}; }

 private:
  std::string path_;
};

class JournalMergeTest : public testing::Test {
 protected:
  void write(const std::string& role, const std::vector<journal::Entry>& entries) {
    auto writer = JournalWriter::open(folder_.file(role));
    ASSERT_TRUE(writer.ok()) << writer.error().message;
    for (const journal::Entry& entry : entries) writer->append(entry);
  }
  // Merges the journals of central, leaf and target; "" or the error.
  std::string merge() {
    for (const std::string role : {"central", "leaf", "target"}) write(role, {});
    const auto merged = merge_journals(folder_.files(), kMaxDelay, instrument_);
    if (merged) merged_ = *merged;
    return merged ? "" : merged.error().message;
  }
  int64_t ms(int64_t n) const { return at(n).unix_ms(); }

  Folder folder_;
  Instrument instrument_{2, Window{at(0), at(60'000)}, kBegin};
  MergedJournals merged_;
};

TEST_F(JournalMergeTest, JoinsWhatEachRoleKnows) {
  write("target", {journal::Answered{1, 4, at(5)}});
  write("leaf", {journal::Scraped{1, ms(3), 10, at(0), at(9)},
                 journal::Dropped{1, ms(3), {8, 1, 2}, LossCause::kRejected}});
  write("central", {journal::Received{1, 4, {0, 1, 8}, Fate::kStored, at(30)},
                    journal::Unresolved{1, 2}, journal::LeafMadeTally{{.delivered = 3}}});
  ASSERT_EQ(merge(), "");
  const Accounts accounts = instrument_.finish(at(1000), nullptr);
  EXPECT_EQ(accounts.run.delivered, 8);
  EXPECT_EQ(accounts.run.lost_for(LossCause::kRejected), 2);
  EXPECT_EQ(accounts.run.corrupted, 1);
  EXPECT_EQ(accounts.run.unknown, 2);
  EXPECT_EQ(accounts.leaf_made.delivered, 3);
  EXPECT_EQ(instrument_.recorder().freshness_lag().min(), Duration::milliseconds(30));
  EXPECT_EQ(instrument_.recorder().generator_lateness().max(), Duration::milliseconds(5));
  EXPECT_EQ(merged_.entries, 6);
}

// The leaf stood still and made up for a scrape right before the next.
TEST_F(JournalMergeTest, ScrapesMayBeAMillisecondApart) {
  write("target", {journal::Answered{1, 4, at(5)}, journal::Answered{1, 5, at(6)}});
  write("leaf",
        {journal::Scraped{1, ms(5), 10, at(0), at(9)}, journal::Scraped{1, ms(6), 10, at(6), at(9)},
         journal::Dropped{1, ms(6), {8, 1, 2}, LossCause::kRejected}});
  write("central", {journal::Received{1, 4, {0, 1, 10}, Fate::kStored, at(30)},
                    journal::Received{1, 5, {0, 1, 8}, Fate::kStored, at(31)}});
  ASSERT_EQ(merge(), "");
  const Accounts accounts = instrument_.finish(at(1000), nullptr);
  EXPECT_EQ(accounts.run.scraped, 20);
  EXPECT_EQ(accounts.run.delivered, 18);
  EXPECT_EQ(accounts.run.lost_for(LossCause::kRejected), 2);
}

TEST_F(JournalMergeTest, CountersAddUpOverRestarts) {
  const auto counter = [](int64_t n) { return journal::Counter{"requests", at(1), n}; };
  write("leaf", {journal::RoleStarted{"leaf", at(0)}, counter(3), counter(7),
                 journal::RoleStarted{"leaf", at(5)}, counter(2)});
  ASSERT_EQ(merge(), "");
  EXPECT_EQ(instrument_.recorder().counters().at("requests"), 9);
}

TEST_F(JournalMergeTest, TornEndsAreTold) {
  write("leaf", {journal::WireBytes{at(0), 1, 2}});
  write("central", {});
  write("target", {});
  std::ofstream(folder_.file("leaf"), std::ios::app) << "torn";
  const auto merged = merge_journals(folder_.files(), kMaxDelay, instrument_);
  ASSERT_TRUE(merged.ok());
  EXPECT_THAT(merged->torn, testing::ElementsAre(HasSubstr("leaf: ignored 4 bytes")));
}

TEST_F(JournalMergeTest, ContradictionsNameTheJournal) {
  write("leaf", {journal::Scraped{1, ms(3), 10, at(0), at(9)}});
  EXPECT_THAT(merge(), testing::AllOf(HasSubstr("leaf: a scrape that no target answered"),
                                      HasSubstr("target 1")));
}

// Each of these on its own spoils a run that is sound without it.
TEST_F(JournalMergeTest, NothingHostileReachesTheBooks) {
  const std::vector<std::pair<journal::Entry, std::string>> hostile = {
      {journal::Scraped{1, ms(3), 10, at(0), at(9)}, "told twice"},
      {journal::Scraped{0, ms(3), ~0u, at(0), at(9)}, "out of range"},
      {journal::Scraped{0, ms(3), 1, at(-1), at(9)}, "out of range"},
      {journal::Scraped{9, ms(3), 1, at(0), at(9)}, "no target answered"},
      {journal::Dropped{1, ms(3), {8, 1, 3}, LossCause::kRejected}, "never scraped"},
      {journal::Dropped{1, ms(3), {0, 1, 1}, LossCause::kUnattributed}, "without a cause"},
      {journal::Pending{0, ms(3), {0, 1, 1}}, "never scraped"},
      {journal::ScrapeFailed{2, at(0), "x"}, "no target of the run"},
      {journal::Received{1, 4, {9, 1, 2}, Fate::kStored, at(30)}, "received samples out of range"},
      {journal::Received{1, 4, {0, 1, 2}, Fate::kStored, Instant::max()}, "out of range"},
      {journal::WireBytes{at(-100), 1, 1}, "outside the run"},
  };
  for (const auto& [entry, error] : hostile) {
    Folder folder;
    Instrument instrument(2, Window{at(0), at(60'000)}, kBegin);
    auto writer = JournalWriter::open(folder.file("all"));
    ASSERT_TRUE(writer.ok());
    writer->append(journal::Answered{1, 4, at(5)});
    writer->append(journal::Answered{0, 4, at(5)});
    writer->append(journal::Scraped{1, ms(3), 10, at(0), at(9)});
    writer->append(entry);
    ASSERT_TRUE(writer->flush().ok());
    const auto merged = merge_journals({folder.file("all")}, kMaxDelay, instrument);
    ASSERT_FALSE(merged.ok()) << error;
    EXPECT_THAT(merged.error().message, HasSubstr(error));
  }
}

// A random history told twice: to the observer of a virtual world, and to the roles of a loopback
// run, whose journals are merged.
class TwoEngines {
 public:
  TwoEngines(uint64_t seed, const Folder& folder)
      : random_(seed, "two engines"), folder_(folder), workload_(make_workload(seed)) {
    uint64_t ref = 1;
    for (const Target& target : workload_.targets()) {
      layouts_.push_back(std::make_shared<Layout>(ref, target.size(), &target));
      for (uint32_t p = 0; p < target.size(); ++p) labels_.push_back(target.stored_labels(p));
      ref += target.size();
    }
  }

  void play(int scrapes) {
    for (int k = 0; k < scrapes; ++k) {
      for (const auto& layout : layouts_) scrape(layout, static_cast<uint64_t>(k));
    }
    // The central hears of things in its own order.
    std::ranges::stable_sort(arrivals_, {}, &Arrival::visible);
    for (const Arrival& arrival : arrivals_) arrive(arrival);
  }

  void compare() {
    Instrument merged(size(), kWindow, kBegin);
    const auto result = merge_journals(folder_.files(), kMaxDelay, merged);
    ASSERT_TRUE(result.ok()) << result.error().message;
    const Instant end = at(100'000);
    const Accounts expected = direct_.finish(end, nullptr);
    const Accounts accounts = merged.finish(end, nullptr);
    EXPECT_EQ(accounts.run, expected.run);
    EXPECT_EQ(accounts.window, expected.window);
    EXPECT_GT(expected.run.lost_total(), 0);
    EXPECT_THAT(broken_equations(accounts), testing::IsEmpty());
    const Histogram& lag = merged.recorder().freshness_lag();
    EXPECT_EQ(lag.count(), direct_.recorder().freshness_lag().count());
    EXPECT_EQ(lag.mean(), direct_.recorder().freshness_lag().mean());
    EXPECT_EQ(merged.recorder().reader_staleness().mean(),
              direct_.recorder().reader_staleness().mean());
  }

 private:
  static constexpr Window kWindow{at(4'000), at(16'000)};
  struct Arrival {
    Slice slice;
    Fate fate;
    Instant visible;
  };

  static Workload make_workload(uint64_t seed) {
    return std::move(*Workload::make({.leaves = 1, .targets = 3, .series = 200, .seed = seed}));
  }
  uint32_t size() const { return static_cast<uint32_t>(layouts_.size()); }
  int64_t below(int64_t bound) {
    return static_cast<int64_t>(random_.below(static_cast<uint64_t>(bound)));
  }

  void scrape(const std::shared_ptr<const Layout>& layout, uint64_t ordinal) {
    auto record = std::make_shared<Record>();
    record->layout = layout;
    record->ordinal = ordinal;
    record->intended = kBegin + kInterval * static_cast<int64_t>(ordinal);
    record->timestamp_ms = (record->intended + Duration::milliseconds(below(50))).unix_ms();
    const Instant arrival =
        Instant::from_unix_ms(record->timestamp_ms) + Duration::microseconds(below(900));
    record->committed = arrival + Duration::milliseconds(5);
    target_journal_.append(journal::Answered{layout->target()->id(), ordinal, arrival});
    ASSERT_TRUE(target_journal_.flush().ok());
    observer_.scraped(Slice::whole(record));
    leaf_.scraped(Slice::whole(record));
    const auto shards = static_cast<uint32_t>(1 + random_.below(5));
    for (const ShardPositions& shard : layout->shard_positions(shards)) {
      ship(Slice{record, &shard, 0, shard.count()});
    }
  }

  // Delivered, delivered twice, refused, given up, or still queued.
  void ship(const Slice& slice) {
    const Instant visible = slice.record->committed + Duration::milliseconds(below(20'000));
    switch (random_.below(8)) {
      case 0:
        observer_.dropped(slice, LossCause::kRejected);
        return leaf_.dropped(slice, LossCause::kRejected);
      case 1:
        observer_.pending(slice);
        return leaf_.pending(slice);
      case 2:
        return arrivals_.push_back({slice, Fate::kOutOfOrder, visible});
      case 3:
        arrivals_.push_back({slice, Fate::kDuplicate, visible + Duration::seconds(1)});
        [[fallthrough]];
      default:
        return arrivals_.push_back({slice, Fate::kStored, visible});
    }
  }

  void arrive(const Arrival& arrival) {
    observer_.received(arrival.slice, arrival.fate, arrival.visible);
    std::vector<Observer::ForeignSample> samples;
    for (uint32_t i = 0; i < arrival.slice.count; ++i) {
      const Record& record = *arrival.slice.record;
      const uint32_t position = arrival.slice.position(i);
      samples.push_back({record.layout->ref(position), record.timestamp_ms, record.value(position),
                         arrival.fate});
    }
    central_.received(samples, arrival.visible);
  }

  JournalWriter journal(const std::string& role) {
    return std::move(*JournalWriter::open(folder_.file(role)));
  }
  AnswerLog followed_answers() {
    AnswerLog answers(3, kMaxDelay);
    answers.follow(std::move(*JournalReader::open(folder_.file("target"))));
    return answers;
  }

  Random random_;
  const Folder& folder_;
  Workload workload_;
  std::vector<std::shared_ptr<const Layout>> layouts_;
  std::vector<Labels> labels_;  // by ref - 1
  std::vector<Arrival> arrivals_;

  Instrument direct_{3, kWindow, kBegin};
  LedgerObserver observer_{direct_};

  JournalWriter target_journal_ = journal("target");
  JournalWriter leaf_journal_ = journal("leaf");
  JournalWriter central_journal_ = journal("central");
  JournalObserver leaf_{leaf_journal_,
                        [](const Layout& layout) { return std::optional(layout.target()->id()); },
                        nullptr};
  WorkloadSeries series_{workload_};
  SeriesIndex index_{series_, [this](uint64_t ref) { return labels_[ref - 1]; }};
  AnswerLog answers_ = followed_answers();
  SampleResolver resolver_{series_, index_, answers_};
  JournalObserver central_{central_journal_, {}, &resolver_};
};

TEST(JournalMergePropertyTest, BothEnginesComeToTheSameBooks) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const Folder folder;
    TwoEngines engines(seed, folder);
    engines.play(10);
    engines.compare();
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace pushpull
