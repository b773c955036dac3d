#include "harness/run/server_metrics.h"

#include <map>
#include <string_view>

#include "harness/wire/text.h"

namespace pushpull {
namespace {

void add(std::optional<double>& sum, double value) { sum = sum.value_or(0) + value; }

}  // namespace

MetricsSample read_metrics(uint32_t leaf, Instant at, std::string body) {
  MetricsSample sample;
  sample.leaf = leaf;
  sample.at = at;
  const Result<wire::ParsedText> parsed = wire::parse_text(std::move(body), nullptr);
  if (!parsed) return sample;
  for (const wire::TextSample& line : parsed->samples) {
    const std::string_view series = std::string_view(parsed->text).substr(line.begin, line.size);
    const std::string_view name = series.substr(0, series.find('{'));
    if (name == "prometheus_remote_storage_samples_pending")
      add(sample.samples_pending, line.value);
    if (name == "prometheus_remote_storage_shards") add(sample.shards, line.value);
    if (name == "prometheus_remote_storage_shards_desired") {
      add(sample.shards_desired, line.value);
    }
    // The second is vmagent's, one series for each class of answers.
    if (name == "prometheus_remote_storage_sent_batch_duration_seconds_count" ||
        name == "vmagent_remotewrite_requests_total")
      add(sample.requests, line.value);
  }
  return sample;
}

void record_metrics(const std::vector<MetricsSample>& samples, bool count_requests,
                    Recorder& recorder) {
  std::map<uint32_t, MetricsSample> newest;
  for (const MetricsSample& sample : samples) {
    newest[sample.leaf] = sample;
    std::optional<double> pending;
    std::optional<double> shards;
    std::optional<double> desired;
    for (const auto& [leaf, state] : newest) {
      if (state.samples_pending) add(pending, *state.samples_pending);
      if (state.shards) add(shards, *state.shards);
      if (state.shards_desired) add(desired, *state.shards_desired);
    }
    if (pending) recorder.gauge("backlog", sample.at, *pending);
    if (shards) recorder.gauge("shards", sample.at, *shards);
    if (desired) recorder.gauge("shards_desired", sample.at, *desired);
  }
  if (!count_requests) return;
  for (const auto& [leaf, state] : newest) {
    if (state.requests) recorder.count("requests", static_cast<int64_t>(*state.requests));
  }
}

std::optional<double> harness_share(const std::vector<RoleUsage>& roles) {
  Duration all;
  Duration harness;
  for (const RoleUsage& usage : roles) {
    all += usage.cpu;
    if (usage.role != "central" && !usage.role.starts_with("leaf-")) harness += usage.cpu;
  }
  if (all == Duration()) return std::nullopt;
  return harness.in_seconds() / all.in_seconds();
}

}  // namespace pushpull
