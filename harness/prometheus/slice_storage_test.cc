#include "harness/prometheus/slice_storage.h"

#include <gtest/gtest.h>

#include "harness/federation/federate_text.h"
#include "harness/net/exposition.h"
#include "harness/remote_write/write_payload.h"
#include "harness/workload/workload.h"

namespace pushpull {
namespace {

const Instant kNow = Instant::from_unix_ms(1'767'225'600'000);
constexpr TimeBounds kAny = {INT64_MIN, INT64_MAX};

class SliceStorageTest : public testing::Test {
 protected:
  void SetUp() override {
    ScrapeTarget target;
    target.labels = generator().target_labels();
    storage_.add_target(target);
  }
  const Target& generator() const { return workload_.target(0); }
  ScrapeResult scrape(uint64_t ordinal) const {
    ScrapeResult result;
    result.intended = kNow + Duration::seconds(static_cast<int64_t>(ordinal));
    result.timestamp_ms = result.intended.unix_ms();
    result.payload = std::make_shared<SyntheticExposition>(&generator(), ordinal, 0);
    return result;
  }
  RecordPtr commit(uint64_t ordinal) {
    const ScrapeResult result = scrape(ordinal);
    const Storage::Scraped scraped = storage_.read_scrape(0, result, result.intended).value();
    storage_.head().append(scraped.slices.at(0), kAny, [](const Slice&, Fate) {});
    return scraped.slices[0].record;
  }
  // Samples of a /federate answer by ordinal.
  uint64_t federated(const std::string& match, Instant now) {
    FederateQuery query;
    query.selectors.push_back(Selector::parse(match).value());
    query.key = match;
    const PayloadPtr body = storage_.federate(query, now);
    return static_cast<uint64_t>(body->samples());
  }

  Workload workload_ =
      Workload::make({.leaves = 1, .targets = 1, .series = 200, .seed = 1}).value();
  SliceStorage storage_{Labels(), {.exact = true, .federate_model = [](int64_t n, bool gzip) {
                                     return gzip ? n : 10 * n;
                                   }}};
};

TEST_F(SliceStorageTest, ScrapesShareOneLayout) {
  const RecordPtr first = commit(0), second = commit(1);
  EXPECT_EQ(first->layout, second->layout);
  EXPECT_EQ(first->size(), 200u);
  EXPECT_EQ(second->ordinal, 1u);
  EXPECT_EQ(first->value(7), generator().value(7, 0));
  EXPECT_EQ(storage_.report_layout(0)->ref(0), 201u);
}

TEST_F(SliceStorageTest, SeriesEndOnceAfterAFailure) {
  EXPECT_EQ(storage_.end_all(0).layout, nullptr);
  const RecordPtr record = commit(0);
  const EndedSeries ended = storage_.end_all(0);
  EXPECT_EQ(ended.layout, record->layout);
  EXPECT_EQ(ended.positions, (std::vector<PositionRange>{{0, 200}}));
  EXPECT_EQ(storage_.end_all(0).layout, nullptr);
}

TEST_F(SliceStorageTest, FederatesWhatTheSelectorsChoose) {
  commit(0);
  const Instant now = kNow + Duration::seconds(1);
  EXPECT_EQ(federated("{job=\"bench\"}", now), 200u);
  EXPECT_EQ(federated("{job=\"other\"}", now), 0u);
  // One by one: the name is not a target label, so every series is asked.
  const std::string name(generator().labels(0).metric_name());
  uint64_t expected = 0;
  for (uint32_t p = 0; p < generator().size(); ++p)
    expected += generator().labels(p).metric_name() == name;
  EXPECT_EQ(federated(name, now), expected);
  EXPECT_EQ(federated("{job=\"bench\"}", kNow + Duration::minutes(6)), 0u);
}

TEST_F(SliceStorageTest, ExactSizesAreThoseOfRealText) {
  commit(0);
  FederateQuery query;
  query.selectors.push_back(Selector::parse("{job=\"bench\"}").value());
  query.key = "all";
  const PayloadPtr body = storage_.federate(query, kNow + Duration::seconds(1));
  FederatedSeries::Builder builder{Labels()};
  for (uint32_t p = 0; p < generator().size(); ++p) builder.add(p, generator().stored_labels(p));
  const auto series = builder.build();
  std::vector<FederatedSample> samples;
  for (uint32_t i = 0; i < series->size(); ++i) {
    samples.push_back(
        {i, kNow.unix_ms(), generator().value(static_cast<uint32_t>(series->ref(i)), 0)});
  }
  EXPECT_EQ(body->wire_size(), FederateText(series, samples, FederateText::kPlain).wire_size());
  query.gzip = true;
  EXPECT_EQ(storage_.federate(query, kNow + Duration::seconds(1))->wire_size(), 200);
}

TEST_F(SliceStorageTest, LabelsForTheWireAreTheStoredOnes) {
  const RecordPtr record = commit(0);
  const auto block = storage_.labels().labels(*record->layout);
  EXPECT_EQ(*wire::decode_labels(block->labels(3)), generator().stored_labels(3));
  SliceStorage modelled{Labels(), {.exact = false, .federate_model = nullptr}};
  EXPECT_EQ(modelled.labels().labels(*record->layout), nullptr);
}

}  // namespace
}  // namespace pushpull
