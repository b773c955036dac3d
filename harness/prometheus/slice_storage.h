// Storage in virtual time: records of synthetic targets, no values, no label work per sample.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/head/slice_head.h"
#include "harness/net/exposition.h"
#include "harness/prometheus/selection_cache.h"
#include "harness/prometheus/storage.h"

namespace pushpull {

// Where the sizes of bodies come from in virtual time.
struct SliceSizing {
  // Encode every body to learn its size: exact, and as slow as a real server. gzip is never really
  // run here.
  bool exact = false;
  // Bytes of a /federate body of this many samples; asked for gzip always, for plain text unless
  // `exact`.
  std::function<int64_t(int64_t samples, bool gzip)> federate_model;
};

class SliceStorage : public Storage, private LabelSource {
 public:
  SliceStorage(const Labels& external_labels, SliceSizing sizing);

  Head& head() override { return head_; }
  LabelSource& labels() override { return *this; }
  // A new process takes over these data: it adds the same targets in the same order, and knows
  // nothing of the series that the one before would have ended with stale markers.
  void restart();

  size_t add_target(const ScrapeTarget& target) override;
  Decoder scrape_decoder(size_t /*target*/) override { return {}; }
  Result<Scraped> read_scrape(size_t target, const ScrapeResult& result, Instant now) override;
  EndedSeries end_all(size_t target) override;
  std::shared_ptr<const Layout> report_layout(size_t target) override;
  // No workload has native histograms or exemplars: what would be made of them stands in
  // SampleStorage.
  Record stale_histograms(std::shared_ptr<const Layout> layout, int64_t timestamp_ms) override;
  Result<ReceivedV1> read_write(const Payload& payload, Instant now) override;
  Result<ReceivedV2> read_write_v2(const Payload& payload, Instant now) override;
  std::string series_text(const Layout& layout, uint32_t position) const override;
  PayloadPtr federate(const FederateQuery& query, Instant now) override;
  std::vector<wire::FamilyMetadata> metadata() override;

 private:
  struct TargetState {
    ScrapeTarget target;
    std::shared_ptr<const Layout> layout;  // of its newest scrape; null before the first success
    std::shared_ptr<const Layout> report;
    bool scraped = false;  // with success, by the process at hand
    bool tracked = false;  // its series end with stale markers if the next scrape fails
  };
  // Whose series a lineage of layouts of this server holds.
  struct Origin {
    const TargetState* target;
    bool report;
    const Layout& newest() const { return report ? *target->report : *target->layout; }
  };
  struct Block {
    std::weak_ptr<const Layout> layout;
    std::shared_ptr<const wire::LabelBlock> block;
  };

  // What a query selects of a lineage.
  struct Selected {
    enum class Scope { kNone, kAll, kEach };
    Scope scope = Scope::kNone;
    std::vector<bool> positions;  // of kEach, by the layout of these generations
    Generations generations;
  };

  std::shared_ptr<const Layout> number(std::shared_ptr<const Layout> layout,
                                       const TargetState& owner, bool report);
  void renew_layout(TargetState& state, const SyntheticExposition& exposition, Scraped& scraped);
  Labels labels_of(const Layout& layout, uint32_t position) const;
  std::shared_ptr<const wire::LabelBlock> labels(const Layout& layout) override;
  bool encodes() const override { return sizing_.exact; }
  Labels series(const Layout& layout, uint32_t position) override;
  std::vector<Slice> select(const FederateQuery& query, Instant now);
  static Selected::Scope scope_of(const FederateQuery& query, const Labels& known);
  const Selected& selected_positions(const FederateQuery& query, const Layout& layout);
  int64_t text_size(const FederateQuery& query, const std::vector<Slice>& slices);

  Labels external_labels_;
  SliceSizing sizing_;
  SliceHead head_;
  std::deque<TargetState> targets_;                    // stable addresses
  size_t added_ = 0;                                   // of targets_, by the process at hand
  std::unordered_map<const Layout*, Origin> origins_;  // by lineage
  std::unordered_map<const Layout*, Block> blocks_;    // those of dead layouts are swept
  uint64_t next_ref_ = 1;
  std::vector<Slice> written_;  // what read_write() answered last

  SelectionCache selection_;
  std::string positions_key_;
  std::unordered_map<const Layout*, Selected> positions_;  // of the last query, by lineage
};

}  // namespace pushpull
