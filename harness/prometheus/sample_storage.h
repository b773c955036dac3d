// Storage over real bytes: series have labels and refs, records carry their values. Series that
// have no sample within the head's window any more are forgotten, as Prometheus removes them, but
// not while a layout that names them lives: the next scrape, or the WAL's reader, may ask for them.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/federation/federate_text.h"
#include "harness/head/exemplar_storage.h"
#include "harness/head/head_window.h"
#include "harness/head/series_head.h"
#include "harness/head/series_registry.h"
#include "harness/prometheus/extras_builder.h"
#include "harness/prometheus/head_file.h"
#include "harness/prometheus/live_layouts.h"
#include "harness/prometheus/selection_cache.h"
#include "harness/prometheus/storage.h"
#include "harness/remote_write/series_rules.h"
#include "harness/scrape/scrape_cache.h"

namespace pushpull {

class SampleStorage : public Storage, private LabelSource {
 public:
  // `max_exemplars` counts where the profile stores exemplars.
  SampleStorage(const Labels& external_labels, const ReleaseProfile& profile,
                int64_t max_exemplars = ExemplarStorage::kDefaultMax);

  Head& head() override { return head_; }
  LabelSource& labels() override { return *this; }
  size_t add_target(const ScrapeTarget& target) override;
  Decoder scrape_decoder(size_t target) override;
  Result<Scraped> read_scrape(size_t target, const ScrapeResult& result, Instant now) override;
  EndedSeries end_all(size_t target) override;
  Record stale_histograms(std::shared_ptr<const Layout> layout, int64_t timestamp_ms) override;
  std::shared_ptr<const Layout> report_layout(size_t target) override;
  Result<ReceivedV1> read_write(const Payload& payload, Instant now) override;
  Result<ReceivedV2> read_write_v2(const Payload& payload, Instant now) override;
  ExemplarStorage* exemplars() override { return &exemplars_; }
  std::string series_text(const Layout& layout, uint32_t position) const override;
  PayloadPtr federate(const FederateQuery& query, Instant now) override;
  std::vector<wire::FamilyMetadata> metadata() override;
  int64_t samples_with_invalid_labels() const override { return invalid_samples_; }

  const SeriesRegistry& registry() const { return registry_; }
  // Hears of each ref that is not used any more.
  void when_forgotten(std::function<void(uint64_t ref)> forgotten) {
    forgotten_ = std::move(forgotten);
  }
  // The target whose scrape has this layout; null for layouts of reports, stale markers and write
  // requests.
  const ScrapeTarget* target_of(const Layout& layout) const;

  // Keeps the head over a restart: see head_file.h.
  Status save(const std::string& path) const { return save_head(path, registry_, head_, window_); }
  Status load(const std::string& path) { return load_head(path, registry_, head_, window_); }

 private:
  struct TargetState {
    ScrapeTarget target;
    ScrapeCache cache;
    std::shared_ptr<const Layout> scraped;  // of the newest scrape
    std::vector<std::shared_ptr<const Layout>>
        retired;  // of earlier ones, while records of them live
    std::shared_ptr<const Layout> report;
    ExtrasBuilder::Layouts extras;
    // Of scrapes with native histograms: the layout without them.
    std::shared_ptr<const Layout> floats;
    std::weak_ptr<const Layout> floats_of;
    std::vector<bool> histograms_of;  // which positions are left out
  };

  std::shared_ptr<const wire::LabelBlock> labels(const Layout& layout) override;
  bool encodes() const override { return true; }
  Labels series(const Layout& layout, uint32_t position) override;
  SeriesVerdict verdict(uint64_t ref);
  Status check_histograms(const wire::ParsedText& parsed) const;
  std::shared_ptr<const Layout> float_layout(TargetState& state,
                                             const std::vector<bool>& is_histogram,
                                             const std::shared_ptr<const Layout>& all);
  void take_extras(TargetState& state, const wire::ParsedText& parsed, const Layout& all,
                   const ScrapeResult& result, Instant now, Scraped& scraped);
  void remember_layout(TargetState& state, const std::shared_ptr<const Layout>& layout);
  void sweep_retired(TargetState& state);
  void sweep_blocks();
  EndedSeries ended(std::vector<uint64_t> refs);
  void cut_head();

  Labels external_labels_;
  SeriesRegistry registry_;
  SeriesHead head_;
  ExemplarStorage exemplars_;
  HeadWindow window_;
  LiveLayouts layouts_;
  std::function<void(uint64_t)> forgotten_;
  std::deque<TargetState> targets_;  // stable addresses
  std::unordered_map<const Layout*, const ScrapeTarget*> scraped_layouts_;
  uint64_t last_written_ref_ = SeriesRegistry::kNone;
  std::vector<Slice> written_;  // what read_write() answered last
  int64_t invalid_samples_ = 0;
  ReleaseProfile profile_;
  RefTable<SeriesVerdict> verdicts_;  // of series that a write request has named

  // Label blocks by layout. A layout is alive as long as its block is asked for; entries of dead
  // ones are dropped when their weak pointer says so.
  struct Block {
    std::weak_ptr<const Layout> layout;
    std::shared_ptr<const wire::LabelBlock> block;
  };
  std::unordered_map<const Layout*, Block> blocks_;

  SelectionCache selection_;
};

}  // namespace pushpull
