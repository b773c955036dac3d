// What differs between the engines inside one server: how payloads become slices of records, and
// back. Everything else in this folder is the same code for both. Loop thread only.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/federation/federate_request.h"
#include "harness/head/exemplar_storage.h"
#include "harness/head/head.h"
#include "harness/net/transport.h"
#include "harness/prometheus/received_v2.h"
#include "harness/remote_write/label_source.h"
#include "harness/remote_write/metadata_source.h"
#include "harness/scrape/scrape_loop.h"

namespace pushpull {

// Series that must end with a stale marker.
struct EndedSeries {
  std::shared_ptr<const Layout> layout;  // of their last scrape; null: no series
  std::vector<PositionRange> positions;  // in that layout, ascending
  // Those that end with a histogram; see Storage::stale_histograms().
  std::shared_ptr<const Layout> histograms;

  static EndedSeries all(std::shared_ptr<const Layout> layout) {
    const uint32_t size = layout->size();
    return {std::move(layout), {{0, size}}, nullptr};
  }
};

// A Remote Write 1.0 request on its way into the head.
struct ReceivedV1 {
  std::span<const Slice> slices;  // floats, then histograms; valid until the next request
  Slice exemplars;                // count 0: none
  std::string invalid;  // why the request cannot be stored: it holds a histogram that is none
};

class Storage : public MetadataSource {
 public:
  virtual Head& head() = 0;
  virtual LabelSource& labels() = 0;

  // Makes a target known; returns its number.
  virtual size_t add_target(const ScrapeTarget& target) = 0;
  // For the next scrape of this target; empty where payloads are handed through.
  virtual Decoder scrape_decoder(size_t target) = 0;

  struct Scraped {
    std::vector<Slice> slices;  // floats
    Slice histograms;           // count 0: none
    Slice exemplars;
    size_t samples = 0;  // exposed, native histograms too
    size_t series_added = 0;
    EndedSeries ended;  // this scrape no longer has them
  };
  // Requires: result.payload is set. Error: a series Prometheus refuses; the scrape fails.
  virtual Result<Scraped> read_scrape(size_t target, const ScrapeResult& result, Instant now) = 0;
  // After a failed scrape: all that have not ended before.
  virtual EndedSeries end_all(size_t target) = 0;
  // The histograms that end the series of this layout. Requires: an EndedSeries names it.
  virtual Record stale_histograms(std::shared_ptr<const Layout> layout, int64_t timestamp_ms) = 0;
  // The target's up, scrape_duration_seconds … in the order of kReportSeries.
  virtual std::shared_ptr<const Layout> report_layout(size_t target) = 0;

  // Error: a label set that cannot be read, or another defect that answers 500.
  virtual Result<ReceivedV1> read_write(const Payload& payload, Instant now) = 0;
  // The same for Remote Write 2.0.
  virtual Result<ReceivedV2> read_write_v2(const Payload& payload, Instant now) = 0;
  // Null where exemplars do not occur.
  virtual ExemplarStorage* exemplars() { return nullptr; }
  // Received so far, and left out as their labels are not valid.
  virtual int64_t samples_with_invalid_labels() const { return 0; }
  // A series as errors show it: {__name__="up", job="a"}.
  virtual std::string series_text(const Layout& layout, uint32_t position) const = 0;

  // The newest visible sample of each selected series.
  virtual PayloadPtr federate(const FederateQuery& query, Instant now) = 0;
};

// Prometheus's query.lookback-delta.
inline constexpr Duration kLookbackDelta = Duration::minutes(5);

}  // namespace pushpull
