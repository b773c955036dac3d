#include "harness/measure/journal_observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace pushpull {
namespace {

using journal::Entry;
using testing::ElementsAre;

constexpr Instant kIntended = Instant::from_unix_ms(1'000'000);
constexpr Instant kCommitted = Instant::from_unix_ms(1'000'080);

// A role that scrapes target 7 (a layout of ten series) and something of somebody else's.
class JournalObserverTest : public testing::Test {
 protected:
  ~JournalObserverTest() override { std::filesystem::remove(path_); }

  RecordPtr record(std::shared_ptr<const Layout> layout, bool leaf_made = false) {
    auto record = std::make_shared<Record>();
    record->layout = std::move(layout);
    record->intended = kIntended;
    record->committed = kCommitted;
    record->timestamp_ms = 1'000'001;
    record->leaf_made = leaf_made;
    return record;
  }
  std::vector<Entry> written() {
    std::vector<Entry> entries;
    while (auto entry = reader_.next()) entries.push_back(std::move(*entry));
    return entries;
  }
  static std::string fresh_path() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    std::string path = testing::TempDir() + "pushpull_journal_observer_" + test->name();
    std::filesystem::remove(path);
    return path;
  }

  std::shared_ptr<const Layout> known_ = std::make_shared<Layout>(1, 10, nullptr);
  std::shared_ptr<const Layout> foreign_ = std::make_shared<Layout>(11, 10, nullptr);
  std::string path_ = fresh_path();
  JournalWriter writer_ = std::move(*JournalWriter::open(path_));
  JournalReader reader_ = std::move(*JournalReader::open(path_));
  JournalObserver observer_{writer_,
                            [this](const Layout& layout) {
                              return &layout == known_.get() ? std::optional<uint32_t>(7)
                                                             : std::nullopt;
                            },
                            nullptr};
};

TEST_F(JournalObserverTest, ScrapesAreNamedByTargetAndTimestamp) {
  observer_.scraped(Slice::whole(record(known_)));
  observer_.scraped(Slice::whole(record(foreign_)));
  observer_.scraped(Slice::whole(record(foreign_, true)));
  observer_.scraped(Slice::whole(record(foreign_, true)).head(3));
  observer_.scrape_failed("/t/7/metrics", kIntended, "timeout");
  observer_.scrape_failed("/metrics", kIntended, "timeout");
  EXPECT_THAT(written(),
              ElementsAre(Entry(journal::Scraped{7, 1'000'001, 10, kIntended, kCommitted}),
                          Entry(journal::LeafMadeTally{{.scraped = 10}}),
                          Entry(journal::LeafMadeTally{{.scraped = 3}}),
                          Entry(journal::ScrapeFailed{7, kIntended, "timeout"})));
}

TEST_F(JournalObserverTest, SamplesGivenUpAreRuns) {
  Slice slice = Slice::whole(record(known_));
  slice.positions = &known_->shard_positions(4)[2];  // refs 2, 6, 10: positions 1, 5, 9
  slice.count = 3;
  observer_.dropped(slice.tail(1), LossCause::kRejected);
  observer_.pending(slice.head(1));
  observer_.dropped(Slice::whole(record(foreign_)), LossCause::kRejected);
  observer_.dropped(Slice::whole(record(foreign_, true)), LossCause::kRejected);
  EXPECT_THAT(written(),
              ElementsAre(Entry(journal::Dropped{7, 1'000'001, {5, 4, 2}, LossCause::kRejected}),
                          Entry(journal::Pending{7, 1'000'001, {1, 4, 1}}),
                          Entry(journal::LeafMadeTally{{.dropped = 10}})));
}

TEST_F(JournalObserverTest, AcknowledgedSamplesAreWrittenWhereAsked) {
  observer_.acknowledged(Slice::whole(record(known_)), kCommitted);
  observer_.tell_acknowledged();
  observer_.acknowledged(Slice::whole(record(known_)).tail(4), kCommitted);
  observer_.acknowledged(Slice::whole(record(known_, true)), kCommitted);
  observer_.acknowledged(Slice::whole(record(foreign_)), kCommitted);
  EXPECT_THAT(written(),
              ElementsAre(Entry(journal::Acknowledged{7, 1'000'001, {4, 1, 6}, kCommitted})));
}

TEST_F(JournalObserverTest, FetchesAreWritten) {
  observer_.federated("127.0.0.1:9090", kIntended, true);
  EXPECT_THAT(written(), ElementsAre(Entry(journal::Federated{"127.0.0.1:9090", kIntended, true})));
}

// One series, `known`: position 3 of target 7, always 42.
class OneSeries : public KnownSeries {
 public:
  SeriesId find(const Labels& labels) const override {
    if (labels.metric_name() != "known") return {};
    return {SeriesId::Kind::kWorkload, 7, 3};
  }
  bool has(const SeriesId&, uint64_t) const override { return true; }
  void values(uint32_t, uint64_t, std::span<const uint32_t>, std::span<double> out) const override {
    std::ranges::fill(out, 42);
  }
};

TEST_F(JournalObserverTest, ForeignSamplesAreResolved) {
  const OneSeries known;
  SeriesIndex index(known, [](uint64_t ref) {
    return Labels({{"__name__", ref == 1 ? "known" : "other"}});
  });
  AnswerLog answers(8, Duration::seconds(1));
  answers.answered(7, 5, kIntended);
  SampleResolver resolver(known, index, answers);
  JournalObserver central(writer_, {}, &resolver);

  const int64_t ms = kIntended.unix_ms();
  const std::vector<Observer::ForeignSample> samples = {
      {1, ms, 42, Fate::kStored}, {1, ms, 43, Fate::kStored}, {2, ms, 42, Fate::kStored}};
  central.received(samples, kCommitted);
  EXPECT_THAT(written(),
              ElementsAre(Entry(journal::Received{7, 5, {3, 1, 1}, Fate::kStored, kCommitted}),
                          Entry(journal::Unresolved{1, 1})));
}

}  // namespace
}  // namespace pushpull
