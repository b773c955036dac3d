#include "harness/prometheus/remote_metrics.h"

#include <string>

#include "harness/prometheus/server.h"

namespace pushpull {
namespace {

constexpr const char* kStorage = "prometheus_remote_storage_";

MetricLabels labels_of(const RemoteStorage& remote) {
  return {{"remote_name", remote.name()}, {"url", remote.config().url}};
}

struct Counter {
  const char* name;
  const char* help;
  int64_t QueueStats::*value;
};

// Of each kind of datum that can be sent Prometheus counts the same.
constexpr Counter kCounters[] = {
    {"samples_total", "Samples sent, repeated attempts included.", &QueueStats::samples_total},
    {"exemplars_total", "Exemplars sent.", &QueueStats::exemplars_total},
    {"histograms_total", "Native histograms sent.", &QueueStats::histograms_total},
    {"metadata_total", "Entries of metadata sent.", &QueueStats::metadata_total},
    {"samples_failed_total", "Samples given up after an error that cannot be retried.",
     &QueueStats::samples_failed_total},
    {"exemplars_failed_total", "Exemplars given up.", &QueueStats::exemplars_failed_total},
    {"histograms_failed_total", "Native histograms given up.",
     &QueueStats::histograms_failed_total},
    {"metadata_failed_total", "Entries of metadata given up.", &QueueStats::metadata_failed_total},
    {"samples_retried_total", "Samples of batches that were sent again.",
     &QueueStats::samples_retried_total},
    {"exemplars_retried_total", "Exemplars of batches that were sent again.",
     &QueueStats::exemplars_retried_total},
    {"histograms_retried_total", "Native histograms of batches that were sent again.",
     &QueueStats::histograms_retried_total},
    {"metadata_retried_total", "Entries of requests with metadata that were sent again.",
     &QueueStats::metadata_retried_total},
    {"enqueue_retries_total", "Times a full shard made the WAL reader wait.",
     &QueueStats::enqueue_retries_total},
    {"bytes_total", "Compressed bytes of finished batches.", &QueueStats::bytes_total},
    {"metadata_bytes_total", "Compressed bytes of metadata that was sent.",
     &QueueStats::metadata_bytes_total},
};

struct Gauge {
  const char* name;
  const char* help;
  double (*value)(const RemoteStorage& remote);
};

constexpr Gauge kGauges[] = {
    {"samples_pending", "Samples in the shards' queues.",
     [](const RemoteStorage& r) { return static_cast<double>(r.stats().samples_pending); }},
    {"exemplars_pending", "Exemplars in the shards' queues.",
     [](const RemoteStorage& r) { return static_cast<double>(r.stats().exemplars_pending); }},
    {"histograms_pending", "Native histograms in the shards' queues.",
     [](const RemoteStorage& r) { return static_cast<double>(r.stats().histograms_pending); }},
    {"shards", "Shards in use.",
     [](const RemoteStorage& r) { return static_cast<double>(r.stats().shards); }},
    {"shards_desired", "Shards that resharding asks for, before rounding and limits.",
     [](const RemoteStorage& r) { return r.stats().shards_desired; }},
    {"shards_max", "Largest number of shards allowed.",
     [](const RemoteStorage& r) {
       return static_cast<double>(r.config().queue_config.max_shards);
     }},
    {"shards_min", "Smallest number of shards allowed.",
     [](const RemoteStorage& r) {
       return static_cast<double>(r.config().queue_config.min_shards);
     }},
    {"shard_capacity", "Samples a shard's queue holds.",
     [](const RemoteStorage& r) { return static_cast<double>(r.config().queue_config.capacity); }},
    {"max_samples_per_send", "Largest number of samples per request.",
     [](const RemoteStorage& r) {
       return static_cast<double>(r.config().queue_config.max_samples_per_send);
     }},
};

// In whole seconds; left out before the first where the release does so.
void highest_timestamp(MetricsPage& page, const Server& server, const std::string& name,
                       const char* help, const MetricLabels& labels, int64_t timestamp_ms) {
  if (timestamp_ms == 0 && !server.profile().initialises_highest_timestamps) return;
  page.gauge(kStorage + name, help, labels, static_cast<double>(timestamp_ms / 1000));
}

// Of one kind, by reason.
struct Dropped {
  const char* kind;
  int64_t (*relabelled)(const QueueStats& stats);
  int64_t QueueStats::*too_old;
  int64_t QueueStats::*unsendable;  // null: has a place in every message
};

constexpr Dropped kDropped[] = {
    {"samples",
     [](const QueueStats& s) {
       return s.progress.samples_dropped - s.histograms_relabelled_total -
              s.exemplars_relabelled_total;
     },
     &QueueStats::samples_too_old, nullptr},
    {"exemplars", [](const QueueStats& s) { return s.exemplars_relabelled_total; },
     &QueueStats::exemplars_too_old, nullptr},
    {"histograms", [](const QueueStats& s) { return s.histograms_relabelled_total; },
     &QueueStats::histograms_too_old, &QueueStats::histograms_nhcb_total}};

// What is dropped has a reason since 2.50; each appears with the first dropped for it.
// "unintentionally_dropped_series", of samples whose series the sender does not know, cannot occur:
// a record brings its series with it.
void add_dropped(MetricsPage& page, const Server& server) {
  const char* help = "Read from the WAL and not sent.";
  for (const Dropped& dropped : kDropped) {
    const std::string name = std::string(kStorage) + dropped.kind + "_dropped_total";
    for (const auto& remote : server.remote_storages()) {
      const QueueStats& stats = remote->stats();
      const MetricLabels labels = labels_of(*remote);
      if (!server.profile().drop_reasons) {
        page.counter(name, help, labels, dropped.relabelled(stats));
        continue;
      }
      const auto add = [&](const char* reason, int64_t count) {
        if (count > 0) page.counter(name, help, with(labels, {"reason", reason}), count);
      };
      add("dropped_series", dropped.relabelled(stats));
      add("too_old", stats.*dropped.too_old);
      if (dropped.unsendable != nullptr)
        add("nhcb_in_rw1_not_supported", stats.*dropped.unsendable);
    }
  }
}

void add_sender(MetricsPage& page, const Server& server) {
  for (const Counter& counter : kCounters) {
    for (const auto& remote : server.remote_storages()) {
      page.counter(std::string(kStorage) + counter.name, counter.help, labels_of(*remote),
                   remote->stats().*counter.value);
    }
  }
  add_dropped(page, server);
  for (const Gauge& gauge : kGauges) {
    for (const auto& remote : server.remote_storages()) {
      page.gauge(std::string(kStorage) + gauge.name, gauge.help, labels_of(*remote),
                 gauge.value(*remote));
    }
  }
  for (const auto& remote : server.remote_storages()) {
    highest_timestamp(page, server, "queue_highest_sent_timestamp_seconds",
                      "Newest timestamp of a finished batch.", labels_of(*remote),
                      remote->stats().progress.highest_sent_timestamp_ms);
  }
  for (const auto& remote : server.remote_storages()) {
    if (!server.profile().shows_highest_queued) break;
    highest_timestamp(page, server, "queue_highest_timestamp_seconds",
                      "Newest timestamp that was queued.", labels_of(*remote),
                      remote->stats().highest_timestamp_ms);
  }
  for (const auto& remote : server.remote_storages()) {
    page.durations(std::string(kStorage) + "sent_batch_duration_seconds",
                   "Time of one attempt to send a batch.", labels_of(*remote),
                   remote->stats().sent_batch_duration);
  }
}

// Without labels: of the server, whether it has senders or not.
void add_input(MetricsPage& page, const Server& server) {
  const std::string storage = kStorage;
  const IncomingSamples& incoming = server.incoming();
  page.counter(storage + "samples_in_total", "Samples offered to the senders.", {},
               incoming.total().samples);
  page.counter(storage + "exemplars_in_total", "Exemplars offered to the senders.", {},
               incoming.total().exemplars);
  page.counter(storage + "histograms_in_total", "Native histograms offered to the senders.", {},
               incoming.total().histograms);
  highest_timestamp(page, server, "highest_timestamp_in_seconds",
                    "Newest timestamp offered to the senders.", {},
                    incoming.rate().highest_timestamp_ms);
  page.counter(storage + "string_interner_zero_reference_releases_total",
               "Strings that were released without a reference to them: there is no pool here.", {},
               0);
}

void add_watchers(MetricsPage& page, const Server& server) {
  const auto each = [&](const char* name, const char* help, auto&& add) {
    for (const auto& remote : server.remote_storages()) {
      add(std::string("prometheus_wal_watcher_") + name, help,
          MetricLabels{{"consumer", remote->name()}}, remote->watcher());
    }
  };
  const auto never = [&page](const std::string& name, const char* help, const MetricLabels& labels,
                             const WalWatcher&) { page.counter(name, help, labels, 0); };
  each("records_read_total", "Records read from the WAL: one for each commit.",
       [&](const std::string& name, const char* help, MetricLabels labels, const WalWatcher& w) {
         page.counter(name, help, with(std::move(labels), {"type", "samples"}), w.records_read());
       });
  each("record_decode_failures_total", "Records that cannot be read: this WAL is in memory.",
       never);
  each("samples_sent_pre_tailing_total", "Records sent from before the start: none ever are.",
       never);
  if (server.profile().reads_on_notification) {
    each("notifications_skipped_total", "Notifications that found the reader reading: it never is.",
         never);
  }
  each("current_segment", "Segment that is being read.",
       [&](const std::string& name, const char* help, const MetricLabels& labels,
           const WalWatcher& w) {
         page.gauge(name, help, labels, static_cast<double>(w.segment()));
       });
  page.gauge("prometheus_tsdb_wal_segment_current", "Segment that is being written.", {},
             static_cast<double>(server.wal_segment()));
}

void add_receiver(MetricsPage& page, const Server& server) {
  const ReleaseProfile& profile = server.profile();
  if (!server.receives()) return;
  if (profile.skips_invalid_series) {
    page.counter("prometheus_api_remote_write_invalid_labels_samples_total",
                 "Samples received and left out: their labels are not valid.", {},
                 server.samples_with_invalid_labels());
  }
  if (profile.counts_samples_without_metadata) {
    page.counter("prometheus_api_remote_write_without_metadata_appended_samples_total",
                 "Samples stored whose request said nothing about their family.", {},
                 server.stats().samples_without_metadata);
  }
}

}  // namespace

void add_remote_metrics(MetricsPage& page, const Server& server) {
  add_input(page, server);
  add_sender(page, server);
  add_watchers(page, server);
  add_receiver(page, server);
}

}  // namespace pushpull
