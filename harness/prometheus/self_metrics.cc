#include "harness/prometheus/self_metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>

#include "harness/prometheus/server.h"

namespace pushpull {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using MetricLabels = std::vector<ClientMetric::Label>;

class Page {
 public:
  void counter(const std::string& name, const std::string& help, const MetricLabels& labels,
               int64_t value) {
    ClientMetric& metric = add(name, help, MetricType::Counter, labels);
    metric.counter.value = static_cast<double>(value);
  }
  void gauge(const std::string& name, const std::string& help, const MetricLabels& labels,
             double value) {
    add(name, help, MetricType::Gauge, labels).gauge.value = value;
  }
  void durations(const std::string& name, const std::string& help, const MetricLabels& labels,
                 const AttemptDurations& durations) {
    ClientMetric& metric = add(name, help, MetricType::Histogram, labels);
    metric.histogram.sample_count = static_cast<uint64_t>(durations.count());
    metric.histogram.sample_sum = durations.sum().in_seconds();
    for (size_t i = 0; i <= AttemptDurations::kBounds.size(); ++i) {
      const bool last = i == AttemptDurations::kBounds.size();
      const double bound =
          last ? std::numeric_limits<double>::infinity() : AttemptDurations::kBounds[i];
      metric.histogram.bucket.push_back({static_cast<uint64_t>(durations.cumulative(i)), bound});
    }
  }
  std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  ClientMetric& add(const std::string& name, const std::string& help, MetricType type,
                    const MetricLabels& labels) {
    if (families_.empty() || families_.back().name != name)
      families_.push_back({name, help, type, {}});
    ClientMetric& metric = families_.back().metric.emplace_back();
    metric.label = labels;
    return metric;
  }

  std::vector<MetricFamily> families_;
};

MetricLabels with(MetricLabels labels, const ClientMetric::Label& label) {
  labels.push_back(label);
  return labels;
}

// Families must be whole: every remote of one metric before the next metric.
template <class F>
void each_remote(const Server& server, F&& f) {
  for (const auto& remote : server.remote_storages()) {
    const MetricLabels labels = {{"remote_name", remote->name()}, {"url", remote->config().url}};
    f(labels, *remote);
  }
}

void remote_counter(Page& page, const Server& server, const std::string& name,
                    const std::string& help, int64_t QueueStats::*value) {
  each_remote(server, [&](const MetricLabels& labels, const RemoteStorage& remote) {
    page.counter("prometheus_remote_storage_" + name, help, labels, remote.stats().*value);
  });
}

void remote_gauge(Page& page, const Server& server, const std::string& name,
                  const std::string& help,
                  const std::function<double(const RemoteStorage&)>& value) {
  each_remote(server, [&](const MetricLabels& labels, const RemoteStorage& remote) {
    page.gauge("prometheus_remote_storage_" + name, help, labels, value(remote));
  });
}

void remote_write(Page& page, const Server& server) {
  const IncomingSamples& incoming = server.incoming();
  page.counter("prometheus_remote_storage_samples_in_total", "Samples offered to the senders.", {},
               incoming.total());
  page.gauge("prometheus_remote_storage_highest_timestamp_in_seconds",
             "Newest timestamp offered to the senders.", {},
             static_cast<double>(incoming.rate().highest_timestamp_ms / 1000));
  remote_counter(page, server, "samples_total", "Samples sent, repeated attempts included.",
                 &QueueStats::samples_total);
  remote_counter(page, server, "samples_failed_total",
                 "Samples given up after an error that cannot be retried.",
                 &QueueStats::samples_failed_total);
  remote_counter(page, server, "samples_retried_total", "Samples of batches that were sent again.",
                 &QueueStats::samples_retried_total);
  each_remote(server, [&](const MetricLabels& labels, const RemoteStorage& remote) {
    page.counter(
        "prometheus_remote_storage_samples_dropped_total",
        "Samples read from the WAL and not sent.",
        server.profile().drop_reasons ? with(labels, {"reason", "dropped_series"}) : labels,
        remote.stats().progress.samples_dropped);
  });
  remote_counter(page, server, "enqueue_retries_total",
                 "Times a full shard made the WAL reader wait.",
                 &QueueStats::enqueue_retries_total);
  remote_counter(page, server, "bytes_total", "Compressed bytes of finished batches.",
                 &QueueStats::bytes_total);
  remote_gauge(
      page, server, "samples_pending", "Samples in the shards' queues.",
      [](const RemoteStorage& r) { return static_cast<double>(r.stats().samples_pending); });
  remote_gauge(page, server, "shards", "Shards in use.",
               [](const RemoteStorage& r) { return static_cast<double>(r.stats().shards); });
  remote_gauge(page, server, "shards_desired",
               "Shards that resharding asks for, before rounding and limits.",
               [](const RemoteStorage& r) { return r.stats().shards_desired; });
  remote_gauge(page, server, "shards_max", "Largest number of shards allowed.",
               [](const RemoteStorage& r) {
                 return static_cast<double>(r.config().queue_config.max_shards);
               });
  remote_gauge(page, server, "shards_min", "Smallest number of shards allowed.",
               [](const RemoteStorage& r) {
                 return static_cast<double>(r.config().queue_config.min_shards);
               });
  remote_gauge(
      page, server, "shard_capacity", "Samples a shard's queue holds.",
      [](const RemoteStorage& r) { return static_cast<double>(r.config().queue_config.capacity); });
  remote_gauge(page, server, "max_samples_per_send", "Largest number of samples per request.",
               [](const RemoteStorage& r) {
                 return static_cast<double>(r.config().queue_config.max_samples_per_send);
               });
  remote_gauge(page, server, "queue_highest_sent_timestamp_seconds",
               "Newest timestamp of a finished batch.", [](const RemoteStorage& r) {
                 return static_cast<double>(r.stats().progress.highest_sent_timestamp_ms / 1000);
               });
  each_remote(server, [&](const MetricLabels& labels, const RemoteStorage& remote) {
    page.durations("prometheus_remote_storage_sent_batch_duration_seconds",
                   "Time of one attempt to send a batch.", labels,
                   remote.stats().sent_batch_duration);
  });
}

}  // namespace

std::string self_metrics(const Server& server) {
  Page page;
  const ServerStats& stats = server.stats();
  const auto refused = [&](Fate fate) { return stats.fates[static_cast<size_t>(fate)]; };
  page.gauge("prometheus_build_info", "A pushpull mock of this release.",
             {{"version", server.profile().version}}, 1);
  page.counter("prometheus_tsdb_head_samples_appended_total", "Samples stored.",
               {{"type", "float"}}, stats.head_samples_appended);
  page.counter("prometheus_target_scrapes_sample_out_of_order_total",
               "Samples refused as out of order.", {}, refused(Fate::kOutOfOrder));
  page.counter("prometheus_target_scrapes_sample_duplicate_timestamp_total",
               "Samples refused: the timestamp has another value already.", {},
               refused(Fate::kDuplicateTimestamp));
  page.counter("prometheus_target_scrapes_sample_out_of_bounds_total",
               "Samples refused as too old or too far ahead.", {}, refused(Fate::kOutOfBounds));
  remote_write(page, server);
  return page.text();
}

}  // namespace pushpull
