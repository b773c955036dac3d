// What a storage over real bytes forgets, and what it must not: the head is cut as data get older,
// without any clock.
#include "harness/prometheus/sample_storage.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "harness/remote_write/write_payload.h"
#include "harness/scrape/text_exposition.h"
#include "harness/workload/special_values.h"

namespace pushpull {
namespace {

constexpr int64_t kNoon = 1'767'268'800'000;  // an even hour

Instant at(Duration since_noon) { return Instant::from_unix_ms(kNoon) + since_noon; }
const Duration kMinute = Duration::minutes(1);
const Duration kHour = Duration::hours(1);

// A server's storage, without the server: what it scrapes from one target, or what is written to
// it, is committed at once.
class SampleStorageTest : public testing::Test {
 protected:
  SampleStorageTest() { start(); }
  // A new process.
  void start() {
    storage_ = std::make_unique<SampleStorage>(Labels(), release_profile("3.5").value());
    ScrapeTarget target;
    target.labels = Labels({{"job", "bench"}});
    storage_->add_target(target);
    storage_->when_forgotten([this](uint64_t ref) { forgotten_.push_back(ref); });
  }

  // Stale markers of what has ended included. Returns the record, as the WAL holds it.
  RecordPtr scrape(const std::string& text, Duration since_noon) {
    ScrapeResult result;
    result.intended = at(since_noon);
    result.timestamp_ms = result.intended.unix_ms();
    result.payload = storage_->scrape_decoder(0)({}, text).value();
    Storage::Scraped scraped = storage_->read_scrape(0, result, result.intended).value();
    commit(scraped.slices);
    if (scraped.ended.layout != nullptr) {
      auto markers = std::make_shared<Record>();
      markers->layout = scraped.ended.layout;
      markers->timestamp_ms = result.timestamp_ms;
      markers->stale_markers = true;
      commit({Slice::whole(markers)});
    }
    return scraped.slices.at(0).record;
  }
  // One sample of each series, read but not committed.
  std::vector<Slice> read(const std::vector<Labels>& series, Duration since_noon) {
    wire::LabelBlock::Builder labels;
    auto record = std::make_shared<Record>();
    for (const Labels& one : series) {
      labels.add(one);
      record->values.push_back(1);
    }
    record->timestamp_ms = at(since_noon).unix_ms();
    record->layout = std::make_shared<Layout>(1, static_cast<uint32_t>(series.size()), nullptr);
    const wire::WriteSlice slice = {Slice::whole(record), labels.build()};
    std::string memory;
    const WrittenPayload payload(
        wire::decode_write_request(std::string(wire::encode_write_request({&slice, 1}, memory)))
            .value());
    const std::span<const Slice> read =
        storage_->read_write(payload, at(since_noon)).value().slices;
    return {read.begin(), read.end()};
  }
  RecordPtr write(const std::vector<Labels>& series, Duration since_noon) {
    const std::vector<Slice> slices = read(series, since_noon);
    commit(slices);
    return slices.at(0).record;
  }
  void commit(const std::vector<Slice>& slices) {
    for (const Slice& slice : slices) {
      const TimeBounds bounds =
          time_bounds(storage_->head().max_timestamp_ms(), slice.record->committed, false);
      storage_->head().append(slice, bounds,
                              [](const Slice&, Fate fate) { EXPECT_EQ(fate, Fate::kStored); });
    }
  }
  // As if asked at that time.
  std::string federate(Duration since_noon) {
    FederateQuery query;
    query.key = "everything";
    query.selectors.push_back(Selector::parse("{__name__!=\"\"}").value());
    return storage_->federate(query, at(since_noon))->encode().value();
  }
  uint64_t known() const { return storage_->registry().size(); }

  std::unique_ptr<SampleStorage> storage_;
  std::vector<uint64_t> forgotten_;
};

Labels named(const std::string& name) { return Labels({{"__name__", name}}); }

TEST_F(SampleStorageTest, AnEndedSeriesIsForgottenAndComesBackUnderANewRef) {
  const uint64_t old = scrape("a 1\nb 1\n", Duration())->layout->ref(1);
  scrape("a 1\n", kMinute);  // b ends
  scrape("a 1\n", kHour * 3);
  EXPECT_EQ(known(), 2u);
  scrape("a 1\n", kHour * 3 + kMinute);  // three hours are in the head
  scrape("a 1\n", kHour * 3 + kMinute * 2);
  EXPECT_EQ(known(), 1u);
  EXPECT_EQ(forgotten_, std::vector<uint64_t>{old});
  const RecordPtr back = scrape("a 1\nb 5\n", kHour * 3 + kMinute * 3);
  EXPECT_EQ(back->layout->ref(1), old + 1);
  EXPECT_EQ(storage_->registry().labels(old + 1).to_string(), "b{job=\"bench\"}");
  EXPECT_NE(federate(kHour * 3 + kMinute * 3).find("b{job=\"bench\",instance=\"\"} 5"),
            std::string::npos);
}

TEST_F(SampleStorageTest, AForgottenSeriesIsNotFederatedWheneverOneAsks) {
  write({named("a"), named("b")}, Duration());
  write({named("a")}, kHour * 3);
  // The look-back alone would still show it, to someone with a clock of his own.
  EXPECT_NE(federate(Duration()).find("\nb{"), std::string::npos);
  write({named("a")}, kHour * 3 + kMinute);
  write({named("a")}, kHour * 3 + kMinute * 2);
  EXPECT_EQ(forgotten_, std::vector<uint64_t>{2});
  EXPECT_EQ(federate(Duration()), "");
  EXPECT_EQ(federate(kHour * 3 + kMinute * 2).find("\nb{"), std::string::npos);
  EXPECT_NE(federate(kHour * 3 + kMinute * 2).find("\na{"), std::string::npos);
}

TEST_F(SampleStorageTest, APushedSeriesThatComesBackIsAcceptedUnderANewRef) {
  write({named("a"), named("b"), named("c")}, Duration());
  write({named("a"), named("c")}, kHour * 3 + kMinute);
  const RecordPtr back = write({named("a"), named("b"), named("c")}, kHour * 3 + kMinute * 2);
  EXPECT_EQ(back->layout->ref(0), 1u);
  EXPECT_EQ(back->layout->ref(1), 4u);  // nobody was told that 2 is b any more
  EXPECT_EQ(back->layout->ref(2), 3u);
  EXPECT_EQ(known(), 3u);
}

// Only refused samples, or none: Prometheus removes such series as well.
TEST_F(SampleStorageTest, ASeriesThatNeverHadASampleIsForgotten) {
  write({named("a")}, Duration());
  read({named("refused")}, kMinute);
  EXPECT_EQ(known(), 2u);
  write({named("a")}, kHour * 3 + kMinute);
  write({named("a")}, kHour * 3 + kMinute * 2);
  EXPECT_EQ(forgotten_, std::vector<uint64_t>{2});
}

// The WAL's reader is hours behind: it gets the labels it needs, and then they go.
TEST_F(SampleStorageTest, LabelsStayWhileARecordOfTheSeriesIsOnItsWay) {
  scrape("a 1\nb 1\n", Duration());
  RecordPtr pending = scrape("a 1\nb 2\n", kMinute);
  for (int hour = 0; hour < 10; ++hour) scrape("a 1\n", kHour * hour + kMinute * 2);
  const auto block = storage_->labels().labels(*pending->layout);
  EXPECT_EQ(wire::decode_labels(block->labels(1))->to_string(), "b{job=\"bench\"}");
  EXPECT_EQ(known(), 2u);
  pending.reset();
  for (int hour = 10; hour < 14; ++hour) scrape("a 1\n", kHour * hour);
  EXPECT_EQ(known(), 1u);
}

// A target that does not answer for a day keeps its cache, and its series their refs.
TEST_F(SampleStorageTest, WhatAScrapeCacheStillKnowsIsNotForgotten) {
  const RecordPtr before = scrape("a 1\nb 1\n", Duration());
  const std::vector<uint64_t> refs = {before->layout->ref(0), before->layout->ref(1)};
  storage_->end_all(0);
  for (int hour = 1; hour <= 24; ++hour) write({named("other")}, kHour * hour);
  const RecordPtr after = scrape("a 1\nb 1\n", kHour * 24 + kMinute);
  EXPECT_EQ(after->layout->ref(0), refs[0]);
  EXPECT_EQ(after->layout->ref(1), refs[1]);
}

// 1000 generations of 50 series, a new one every ten minutes: a week. What is held is what lives,
// what has ended in the last three hours, and as much again for labels that wait to be moved.
TEST_F(SampleStorageTest, AWeekOfGenerationsTakesTheMemoryOfTheLastHours) {
  const auto page = [](int generation) {
    std::string text;
    for (int i = 0; i < 50; ++i) {
      text +=
          "m" + std::to_string(i) + "{pod=\"" + std::to_string(1'000'000 + generation) + "\"} 1\n";
    }
    return text;
  };
  constexpr uint64_t kMost = (3 * 6 + 2) * 50 + 50;  // three hours, and the cut that is due
  uint64_t most = 0;
  uint64_t most_bytes = 0;
  uint64_t series_bytes = 0;
  for (int generation = 0; generation < 1000; ++generation) {
    scrape(page(generation), kMinute * 10 * generation);
    std::vector<Labels> pushed;
    for (int i = 0; i < 50; ++i) {
      pushed.push_back(Labels({{"__name__", "pushed" + std::to_string(i)},
                               {"pod", std::to_string(1'000'000 + generation)}}));
    }
    write(pushed, kMinute * 10 * generation);
    most = std::max(most, known());
    most_bytes = std::max(most_bytes, storage_->registry().label_bytes());
    series_bytes = std::max(series_bytes,
                            storage_->registry().encoded(storage_->registry().last_ref()).size());
  }
  EXPECT_EQ(storage_->registry().last_ref(), 2 * 50'000u);
  EXPECT_LE(most, 2 * kMost);
  EXPECT_GE(most, 2 * 2 * 6 * 50u);  // hours are kept, not everything thrown away at once
  EXPECT_LE(most_bytes, 2 * most * series_bytes);
  EXPECT_LE(storage_->registry().ref_capacity(), 2 * kMost + 2 * 256);
  EXPECT_EQ(storage_->registry().size() + forgotten_.size(), 2 * 50'000u);
}

TEST_F(SampleStorageTest, ARestartKeepsRefsAndTheWindow) {
  const std::string path = testing::TempDir() + "sample_storage_test." + std::to_string(::getpid());
  write({named("a"), named("b"), named("c")}, Duration());
  write({named("a"), named("c")}, kHour * 3 + kMinute);
  write({named("a")}, kHour * 3 + kMinute * 2);  // b goes
  ASSERT_TRUE(storage_->save(path).ok());

  start();
  const Status loaded = storage_->load(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(known(), 2u);
  EXPECT_EQ(storage_->registry().labels(3), named("c"));
  // The window began at 14:00 before the restart, so at 17:01 it is cut again.
  write({named("a")}, kHour * 5 + kMinute);
  const RecordPtr back = write({named("a"), named("b")}, kHour * 5 + kMinute * 2);
  EXPECT_EQ(back->layout->ref(0), 1u);
  EXPECT_EQ(back->layout->ref(1), 4u);
  EXPECT_EQ(known(), 2u);  // c went: its last sample was at 15:01, cut at 16:00
}

}  // namespace
}  // namespace pushpull
