// What one sender counts, named as Prometheus's metrics prometheus_remote_storage_*; the owner
// shows them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "harness/base/time.h"
#include "harness/remote_write/item_counts.h"

namespace pushpull {

// Wall time of single attempts in the buckets of sent_batch_duration_seconds.
class AttemptDurations {
 public:
  static constexpr std::array<double, 15> kBounds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
                                                     2.5,   5,    10,    25,   60,  120,  300};

  void observe(Duration duration);
  // Attempts of at most kBounds[i] seconds; kBounds.size() asks for all.
  int64_t cumulative(size_t i) const;
  int64_t count() const { return cumulative(kBounds.size()); }
  Duration sum() const { return sum_; }

 private:
  std::array<int64_t, kBounds.size() + 1> counts_{};  // by bucket, not cumulative
  Duration sum_;
};

// What resharding goes by. "Finished": delivered, rejected, or cut off by a flush deadline. Samples
// here are items: histograms and exemplars count alike.
struct SendProgress {
  int64_t samples_finished = 0;
  int64_t samples_dropped = 0;  // relabelled away
  Duration send_time;           // of finished batches: attempts and the pauses between them
  Instant last_finished;        // the epoch before the first
  Instant retrying_until;       // the latest of now + 2 × pause, told before each pause of a batch
  // Newest sample of an answered batch, delivered or rejected; 0 before the first.
  int64_t highest_sent_timestamp_ms = 0;
};

struct QueueStats {
  int64_t samples_total = 0;          // attempted: each attempt of a batch counts
  int64_t samples_failed_total = 0;   // given up: rejected, or lost in a hard shutdown
  int64_t samples_retried_total = 0;  // the batch's size per retry
  int64_t samples_too_old = 0;        // dropped by sample_age_limit
  int64_t enqueue_retries_total = 0;
  int64_t bytes_total = 0;           // compressed bodies of resolved batches, once each
  int64_t samples_pending = 0;       // queued and in flight
  int64_t highest_timestamp_ms = 0;  // newest ever queued; 0 before the first
  // The same of native histograms and of exemplars, as prometheus_remote_storage_histograms_total …
  int64_t histograms_total = 0;
  int64_t histograms_failed_total = 0;
  int64_t histograms_retried_total = 0;
  int64_t histograms_too_old = 0;
  int64_t histograms_pending = 0;
  int64_t exemplars_total = 0;
  int64_t exemplars_failed_total = 0;
  int64_t exemplars_retried_total = 0;
  int64_t exemplars_too_old = 0;
  int64_t exemplars_pending = 0;
  // histograms_dropped_total and exemplars_dropped_total by reason: "dropped_series", that is
  // write_relabel_configs, and "nhcb_in_rw1_not_supported" (3.7+): custom buckets in Remote Write
  // 1.0, beside "too_old". Those of samples are progress.samples_dropped without these.
  int64_t histograms_relabelled_total = 0;
  int64_t exemplars_relabelled_total = 0;
  int64_t histograms_nhcb_total = 0;
  int64_t shards = 0;
  double shards_desired = 0;  // before rounding and limits
  // Entries of metadata: sent; given up; the request's number per retry; compressed bytes sent.
  int64_t metadata_total = 0;
  int64_t metadata_failed_total = 0;
  int64_t metadata_retried_total = 0;
  int64_t metadata_bytes_total = 0;
  SendProgress progress;
  AttemptDurations sent_batch_duration;

  std::map<int, int64_t> requests_by_status;  // attempts; 0 where no answer came
  std::string last_rejection;                 // text of the newest answer that cost a batch

  void attempted(const ItemCounts& items) {
    samples_total += items.samples;
    histograms_total += items.histograms;
    exemplars_total += items.exemplars;
  }
  void failed(const ItemCounts& items) {
    samples_failed_total += items.samples;
    histograms_failed_total += items.histograms;
    exemplars_failed_total += items.exemplars;
  }
  void retried(const ItemCounts& items) {
    samples_retried_total += items.samples;
    histograms_retried_total += items.histograms;
    exemplars_retried_total += items.exemplars;
  }
  void too_old(const ItemCounts& items) {
    samples_too_old += items.samples;
    histograms_too_old += items.histograms;
    exemplars_too_old += items.exemplars;
  }
  void queued(const ItemCounts& items) {
    samples_pending += items.samples;
    histograms_pending += items.histograms;
    exemplars_pending += items.exemplars;
  }
  void relabelled(const ItemCounts& items) {
    progress.samples_dropped += items.total();
    histograms_relabelled_total += items.histograms;
    exemplars_relabelled_total += items.exemplars;
  }
};

}  // namespace pushpull
