#include "harness/run/foreign_central.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "harness/measure/journal.h"
#include "harness/workload/special_values.h"

namespace pushpull {
namespace {

using journal::Entry;
using testing::ElementsAre;
using testing::IsEmpty;

const Instant kBegin = Instant::from_unix_ms(1'767'225'600'000);
const std::string kLeaf = "127.0.0.1:9090";
constexpr uint32_t kSeries = 10;  // of each of two targets

Instant at(int64_t ms) { return kBegin + Duration::milliseconds(ms); }

// What a server answers, series by series.
class Answer {
 public:
  Answer& add(const Labels& labels, Instant time, double value) {
    std::string region;
    wire::encode_labels(labels, region);
    return add(region, time, value);
  }
  Answer& add(const std::string& region, Instant time, double value) {
    request_.samples.push_back({static_cast<uint32_t>(request_.message.size()),
                                static_cast<uint32_t>(region.size()), wire::hash_of_labels(region),
                                time.unix_ms(), value});
    request_.message += region;
    return *this;
  }
  const wire::WrittenRequest& get() const { return request_; }

 private:
  wire::WrittenRequest request_;
};

class ForeignCentralTest : public testing::Test {
 protected:
  ForeignCentralTest() {
    std::filesystem::create_directories(folder_);
    JournalWriter targets = JournalWriter::open(folder_ + "/targets").value();
    // Two scrapes of target 0, dated 2 ms before they arrive.
    targets.append(journal::Answered{0, 0, at(503)});
    targets.append(journal::Answered{0, 1, at(1503)});
  }
  ~ForeignCentralTest() override { std::filesystem::remove_all(folder_); }

  void make(std::vector<std::string> fetched, double value_error = 0) {
    ForeignCentralSpec spec;
    spec.value_error = value_error;
    spec.fetched = std::move(fetched);
    spec.scrape_interval = spec.fetch_interval = spec.max_delay = Duration::seconds(1);
    spec.end = at(8000);
    spec.read_at = at(9000);
    central_ = std::make_unique<ForeignCentral>(workload_, spec);
    ASSERT_TRUE(central_->follow(folder_ + "/targets").ok());
  }
  // Every series of target 0 at a scrape, the last position first.
  Answer scrape(uint64_t ordinal) const {
    Answer answer;
    const Target& target = workload_.target(0);
    for (uint32_t i = kSeries; i-- > 0;) {
      answer.add(target.stored_labels(i), at(501 + 1000 * static_cast<int64_t>(ordinal)),
                 target.value(i, ordinal));
    }
    return answer;
  }
  std::vector<Entry> written(const std::vector<std::string>& leaf_journals = {}) {
    EXPECT_TRUE(central_->write(leaf_journals, folder_ + "/central").ok());
    JournalReader reader = JournalReader::open(folder_ + "/central").value();
    std::vector<Entry> entries;
    while (auto entry = reader.next()) entries.push_back(std::move(*entry));
    return entries;
  }

  const std::string folder_ =
      testing::TempDir() + "foreign_central_test." + std::to_string(getpid());
  const Workload workload_ =
      Workload::make({.leaves = 1, .targets = 2, .series = 2 * kSeries, .seed = 1}).value();
  std::unique_ptr<ForeignCentral> central_;
};

TEST_F(ForeignCentralTest, AsksForTheWorkloadsSeriesAndForAllOthers) {
  make({});
  const std::vector<ReadPart> parts = central_->parts();
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].series, 2 * kSeries);
  ASSERT_EQ(parts[0].matchers.size(), 1u);
  const wire::ReadMatcher& mine = parts[0].matchers[0];
  EXPECT_EQ(mine.name, "instance");
  EXPECT_EQ(mine.value,
            wire::quote_expression(workload_.target(0).target_labels().get("instance")) + "|" +
                wire::quote_expression(workload_.target(1).target_labels().get("instance")));
  EXPECT_THAT(
      parts[1].matchers,
      ElementsAre(wire::ReadMatcher{wire::ReadMatcher::Type::kMatches, "__name__", ".+"},
                  wire::ReadMatcher{wire::ReadMatcher::Type::kMatchesNot, "instance", mine.value}));
}

TEST_F(ForeignCentralTest, ManyTargetsAreAskedForInGroups) {
  const Workload large =
      Workload::make({.leaves = 1, .targets = 1001, .series = 3003, .seed = 1}).value();
  const ForeignCentral central(large, {});
  const std::vector<ReadPart> parts = central.parts();
  ASSERT_EQ(parts.size(), 4u);  // 500 + 500 + 1 targets, and the others
  EXPECT_EQ(parts[0].series, 1500);
  EXPECT_EQ(parts[2].series, 3);
  EXPECT_EQ(parts[3].matchers.size(), 4u);
}

TEST_F(ForeignCentralTest, PushedSamplesAreVisibleWhenTheyWereAcknowledged) {
  make({});
  {
    // Two shards, of which the second had its 2xx for three samples only.
    JournalWriter leaf = JournalWriter::open(folder_ + "/leaf").value();
    leaf.append(journal::Acknowledged{0, at(501).unix_ms(), {0, 2, 5}, at(700)});
    leaf.append(journal::Acknowledged{0, at(501).unix_ms(), {1, 2, 3}, at(800)});
    leaf.append(journal::Acknowledged{0, at(7777).unix_ms(), {0, 1, 1}, at(7800)});  // no scrape
    leaf.append(journal::Acknowledged{9, at(501).unix_ms(), {0, 1, 1}, at(700)});    // no target
  }
  central_->take(scrape(0).get());
  central_->take(scrape(1).get());
  EXPECT_THAT(
      written({folder_ + "/leaf"}),
      ElementsAre(Entry(journal::Received{0, 0, {0, 2, 5}, Fate::kStored, at(700)}),
                  Entry(journal::Received{0, 0, {1, 2, 3}, Fate::kStored, at(800)}),
                  Entry(journal::Received{0, 0, {7, 2, 2}, Fate::kStored, at(9000)}),
                  Entry(journal::Received{0, 1, {0, 1, kSeries}, Fate::kStored, at(9000)})));
}

TEST_F(ForeignCentralTest, FetchedSamplesAreVisibleAtTheEndOfTheFirstFetchThatMayHaveThem) {
  make({kLeaf});
  const auto own = [](const char* name) {
    return Labels({{"__name__", name}, {"job", "federate"}, {"instance", kLeaf}});
  };
  central_->take(scrape(0).get());
  central_->take(scrape(1).get());
  central_->take(Answer()
                     .add(own("up"), at(0), 1)
                     .add(own("up"), at(1000), 1)
                     .add(own("up"), at(2000), 0)
                     .add(own("up"), at(3000), 1)
                     .add(own("up"), at(4000), stale_nan())
                     .add(own("up"), at(8001), 0)  // after the run
                     .add(own("scrape_duration_seconds"), at(0), 0.020)
                     .add(own("scrape_duration_seconds"), at(1000), 0.020)
                     .add(own("scrape_duration_seconds"), at(2000), 0.5)
                     .add(own("scrape_duration_seconds"), at(3000), 0.030)
                     .add(own("scrape_samples_scraped"), at(3000), 20)
                     .get());
  EXPECT_THAT(
      written(),
      ElementsAre(Entry(journal::Federated{kLeaf, at(0), true}),
                  Entry(journal::Federated{kLeaf, at(1000), true}),
                  Entry(journal::Federated{kLeaf, at(2000), false}),
                  Entry(journal::Federated{kLeaf, at(3000), true}),
                  Entry(journal::Counter{"requests", at(9000), 4}),
                  Entry(journal::Counter{"requests_failed", at(9000), 1}),
                  Entry(journal::Received{0, 0, {0, 1, kSeries}, Fate::kStored, at(1020)}),
                  Entry(journal::Received{0, 1, {0, 1, kSeries}, Fate::kStored, at(3030)})));
}

TEST_F(ForeignCentralTest, LeafMadeCorruptedAndUnknownSamplesAreCounted) {
  make({});
  const Target& target = workload_.target(0);
  Labels up = target.target_labels();
  up.set("__name__", "up");
  Labels stranger = target.stored_labels(0);
  stranger.set("instance", "elsewhere:1");
  central_->take(Answer()
                     .add(up, at(501), 1)
                     .add(target.stored_labels(3), at(501), stale_nan())
                     .add(target.stored_labels(3), at(1501), target.value(3, 1) + 1)
                     .add(stranger, at(501), target.value(0, 0))
                     .add(target.stored_labels(0), at(99'000), 1)  // no scrape of that time
                     .add(std::string("\x0a\xff"), at(501), 1)     // no labels
                     .get());
  EXPECT_THAT(written(), ElementsAre(Entry(journal::LeafMadeTally{{.delivered = 2}}),
                                     Entry(journal::Unresolved{1, 3})));
}

TEST_F(ForeignCentralTest, WhatItReadsTwiceItReceivedTwice) {
  make({});
  const Target& target = workload_.target(0);
  Answer answer;
  for (const uint32_t position : {4u, 3u}) {
    for (int i = 0; i < 2; ++i)
      answer.add(target.stored_labels(position), at(501), target.value(position, 0));
  }
  central_->take(answer.get());
  int64_t samples = 0;
  for (const Entry& entry : written())
    samples += std::get<journal::Received>(entry).positions.count;
  EXPECT_EQ(samples, 4);
}

TEST_F(ForeignCentralTest, RoundedValuesAreReceivedAndCounted) {
  make({}, 1e-12);
  const Target& target = workload_.target(0);
  Answer answer;
  int64_t rounded = 0;
  for (uint32_t i = 0; i < kSeries; ++i) {
    const double value = target.value(i, 0);
    rounded += value == 0 ? 0 : 1;
    answer.add(target.stored_labels(i), at(501), value * (1 + 1e-13));
  }
  ASSERT_GT(rounded, 0);
  central_->take(answer.get());
  EXPECT_THAT(written(),
              ElementsAre(Entry(journal::Received{0, 0, {0, 1, kSeries}, Fate::kStored, at(9000)}),
                          Entry(journal::Counter{"samples_rounded", at(9000), rounded})));
}

TEST_F(ForeignCentralTest, HostileFetchesAreNoFetches) {
  make({kLeaf});
  const Labels took(
      {{"__name__", "scrape_duration_seconds"}, {"job", "federate"}, {"instance", kLeaf}});
  const Labels up({{"__name__", "up"}, {"job", "federate"}, {"instance", kLeaf}});
  central_->take(Answer()
                     .add(up, Instant::from_unix_ms(-5), 1)
                     .add(up, at(60'000), 1)
                     .add(took, at(1000), 1e300)
                     .add(took, at(2000), std::numeric_limits<double>::quiet_NaN())
                     .get());
  EXPECT_THAT(written(), IsEmpty());
}

}  // namespace
}  // namespace pushpull
