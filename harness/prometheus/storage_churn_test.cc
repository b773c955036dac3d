// Both storages under churn: what they keep, end and federate, against the generator's own labels
// compared one by one.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "harness/base/random.h"
#include "harness/federation/federate_text.h"
#include "harness/net/exposition.h"
#include "harness/prometheus/sample_storage.h"
#include "harness/prometheus/slice_storage.h"
#include "harness/scrape/text_exposition.h"
#include "harness/workload/workload.h"

namespace pushpull {
namespace {

const Instant kBegin = Instant::from_unix_ms(1'767'225'600'000);
constexpr Duration kInterval = Duration::seconds(15);

Instant time_of(uint64_t ordinal) { return kBegin + kInterval * static_cast<int64_t>(ordinal); }

// The series of a scrape by brute force, with the time and value of its samples.
std::map<Labels, std::pair<int64_t, double>> exposed(const Target& target, uint64_t ordinal) {
  std::map<Labels, std::pair<int64_t, double>> series;
  const Generations generations = target.generations(ordinal);
  for (uint32_t p = 0; p < target.size(); ++p) {
    series[target.stored_labels(p, generations.of(p))] = {time_of(ordinal).unix_ms(),
                                                          target.value(p, ordinal)};
  }
  return series;
}

FederateQuery everything() {
  FederateQuery query;
  query.key = "{job=\"bench\"}";
  query.selectors.push_back(Selector::parse(query.key).value());
  return query;
}

// One target behind one storage, scraped and committed as a server does it.
class Scraper {
 public:
  Scraper(Storage& storage, const Target& target) : storage_(storage), target_(target) {}
  virtual ~Scraper() = default;

  void scrape(uint64_t ordinal) {
    ScrapeResult result;
    result.intended = time_of(ordinal);
    result.timestamp_ms = result.intended.unix_ms();
    result.payload = answer(ordinal);
    const Storage::Scraped scraped = storage_.read_scrape(0, result, result.intended).value();
    added_ = scraped.series_added;
    for (const Slice& slice : scraped.slices) store(slice);
    layout_ = scraped.slices.at(0).record->layout;
    end(scraped.ended, result.timestamp_ms);
  }
  void fail(uint64_t ordinal) { end(storage_.end_all(0), time_of(ordinal).unix_ms()); }

  // First of all.
  void start() {
    ScrapeTarget scraped;
    scraped.labels = target_.target_labels();
    storage_.add_target(scraped);
  }

  // Of the last scrape.
  const std::set<Labels>& ended() const { return ended_; }
  size_t added() const { return added_; }
  const std::shared_ptr<const Layout>& layout() const { return layout_; }
  virtual Labels labels(const Layout& layout, uint32_t position) = 0;
  virtual std::map<Labels, std::pair<int64_t, double>> federated(Instant now) = 0;

 protected:
  virtual PayloadPtr answer(uint64_t ordinal) = 0;

  Storage& storage_;
  const Target& target_;

 private:
  void store(const Slice& slice) {
    const TimeBounds bounds =
        time_bounds(storage_.head().max_timestamp_ms(), slice.record->committed, false);
    storage_.head().append(slice, bounds,
                           [](const Slice&, Fate fate) { ASSERT_EQ(fate, Fate::kStored); });
  }
  void end(const EndedSeries& ended, int64_t timestamp_ms) {
    ended_.clear();
    if (ended.layout == nullptr) return;
    auto record = std::make_shared<Record>();
    record->layout = ended.layout;
    record->timestamp_ms = timestamp_ms;
    record->leaf_made = record->stale_markers = true;
    for (const PositionRange& range : ended.positions) {
      store(Slice::whole(record).tail(range.begin).head(range.size()));
      for (uint32_t p = range.begin; p < range.end; ++p) {
        ASSERT_TRUE(ended_.insert(labels(*ended.layout, p)).second) << "ended twice";
      }
    }
  }

  std::set<Labels> ended_;
  size_t added_ = 0;
  std::shared_ptr<const Layout> layout_;
};

class SliceScraper : public Scraper {
 public:
  explicit SliceScraper(const Target& target) : Scraper(slices_, target) {}

  Labels labels(const Layout& layout, uint32_t position) override {
    return wire::decode_labels(slices_.labels().labels(layout)->labels(position)).value();
  }
  std::map<Labels, std::pair<int64_t, double>> federated(Instant now) override {
    std::map<Labels, std::pair<int64_t, double>> series;
    const PayloadPtr body = slices_.federate(everything(), now);
    for (const Slice& slice : dynamic_cast<const SliceExposition&>(*body).slices()) {
      for (uint32_t i = 0; i < slice.count; ++i) {
        const uint32_t p = slice.position(i);
        series[labels(*slice.record->layout, p)] = {slice.record->timestamp_ms,
                                                    slice.record->value(p)};
      }
    }
    return series;
  }

 private:
  PayloadPtr answer(uint64_t ordinal) override {
    return std::make_shared<SyntheticExposition>(&target_, ordinal, 0);
  }

  SliceStorage slices_{Labels(), {.exact = true, .federate_model = nullptr}};
};

class SampleScraper : public Scraper {
 public:
  explicit SampleScraper(const Target& target) : Scraper(samples_, target) {}

  Labels labels(const Layout& layout, uint32_t position) override {
    return samples_.registry().labels(layout.ref(position));
  }
  std::map<Labels, std::pair<int64_t, double>> federated(Instant now) override {
    std::map<Labels, std::pair<int64_t, double>> series;
    const std::string text = samples_.federate(everything(), now)->encode().value();
    const wire::ParsedText parsed = wire::parse_text(text, nullptr).value();
    for (const wire::TextSample& sample : parsed.samples) {
      const Labels labels =
          wire::parse_series(parsed.text.substr(sample.begin, sample.size))->labels;
      series[labels] = {sample.timestamp_ms, sample.value};
    }
    return series;
  }

 private:
  PayloadPtr answer(uint64_t ordinal) override {
    std::string text;
    target_.expose(ordinal, text);
    return samples_.scrape_decoder(0)({}, std::move(text)).value();
  }

  SampleStorage samples_{Labels(), release_profile("3.5").value()};
};

template <class StorageScraper>
class StorageChurnTest : public testing::Test {};
using Scrapers = testing::Types<SliceScraper, SampleScraper>;
TYPED_TEST_SUITE(StorageChurnTest, Scrapers);

TYPED_TEST(StorageChurnTest, KeepsEndsAndFederatesAsTheLabelsSay) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed, "storage_churn_test");
    const Workload workload =
        Workload::make({.targets = 1,
                        .series = 1 + random.below(120),
                        .seed = seed,
                        .churn = {.per_million = static_cast<uint32_t>(1 + random.below(400'000)),
                                  .scrapes = static_cast<uint32_t>(1 + random.below(4))}})
            .value();
    const Target& target = workload.target(0);
    TypeParam scraper(target);
    scraper.start();
    std::map<Labels, std::pair<int64_t, double>> before;
    std::map<Labels, uint64_t> refs;
    std::set<uint64_t> used;
    for (uint64_t ordinal = 0; ordinal < 60; ++ordinal) {
      if (random.below(10) == 0) {  // the target does not answer
        scraper.fail(ordinal);
        ASSERT_EQ(scraper.ended().size(), before.size());
        before.clear();
        ASSERT_EQ(scraper.federated(time_of(ordinal)), before);
        continue;
      }
      scraper.scrape(ordinal);
      const auto now = exposed(target, ordinal);
      std::set<Labels> gone;
      for (const auto& [labels, sample] : before) {
        if (!now.contains(labels)) gone.insert(labels);
      }
      ASSERT_EQ(scraper.ended(), gone) << "ordinal " << ordinal;
      ASSERT_EQ(scraper.federated(time_of(ordinal)), now) << "ordinal " << ordinal;
      size_t added = 0;
      for (uint32_t p = 0; p < target.size(); ++p) {
        const uint64_t ref = scraper.layout()->ref(p);
        const auto [known, is_new] = refs.try_emplace(scraper.labels(*scraper.layout(), p), ref);
        ASSERT_EQ(known->second, ref) << "a series keeps its ref";
        if (is_new) {
          ASSERT_TRUE(used.insert(ref).second) << "refs are not used again";
        }
        added += is_new;
      }
      ASSERT_EQ(scraper.added(), added);
      before = now;
    }
  }
}

// 24 hours, every layout that ever was held weakly: an hour of them may be alive, as
// head/slice_head.h says.
TEST(SliceStorageChurnTest, OldLayoutsDie) {
  const Workload workload =
      Workload::make({.targets = 1,
                      .series = 500,
                      .seed = 4,
                      .churn = {.per_million = 10'000, .scrapes = 40}})  // 1 % every 10 minutes
          .value();
  SliceScraper scraper(workload.target(0));
  scraper.start();
  std::vector<std::weak_ptr<const Layout>> layouts;
  const Layout* last = nullptr;
  size_t most = 0;
  for (uint64_t ordinal = 0; ordinal < 5760; ++ordinal) {
    scraper.scrape(ordinal);
    if (scraper.layout().get() == last) continue;
    last = scraper.layout().get();
    layouts.push_back(scraper.layout());
    const auto alive = static_cast<size_t>(
        std::ranges::count_if(layouts, [](const auto& layout) { return !layout.expired(); }));
    most = std::max(most, alive);
  }
  EXPECT_GE(layouts.size(), 143u);
  // Those of the last hour, the newest, and the first, which names the lineage.
  EXPECT_LE(most, 6u + 1 + 1 + 1);
  EXPECT_GE(most, 6u);
}

}  // namespace
}  // namespace pushpull
