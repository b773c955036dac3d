#include "harness/prometheus/targets.h"

#include <map>

#include "harness/base/units.h"

namespace pushpull {
namespace {

constexpr std::string_view kParamLabel = "__param_";

// `params` of the entry and `__param_<name>` labels, which stand for the first value of a name; by
// name (scrape.Target.URL).
std::string query_of(const ScrapeConfig& config, const Labels& identity) {
  std::map<std::string, std::vector<std::string>> params(config.params.begin(),
                                                         config.params.end());
  for (const Label& label : identity) {
    if (!label.name.starts_with(kParamLabel)) continue;
    std::vector<std::string>& values = params[label.name.substr(kParamLabel.size())];
    if (values.empty()) values.emplace_back();
    values.front() = label.value;
  }
  std::string query;
  for (const auto& [name, values] : params) {
    for (const std::string& value : values) {
      if (!query.empty()) query += '&';
      query += percent_encode(name) + "=" + percent_encode(value);
    }
  }
  return query;
}

Labels identity_of(const ScrapeConfig& config, const StaticConfig& group,
                   const std::string& address) {
  Labels labels = to_labels(group.labels);
  labels.set("__address__", address);
  const auto by_default = [&labels](const std::string& name, std::string_view value) {
    if (!labels.has(name)) labels.set(name, value);
  };
  by_default("job", config.job_name);
  by_default("instance", address);
  by_default("__scheme__", "http");
  by_default("__metrics_path__", config.metrics_path);
  by_default("__scrape_interval__", format_duration(config.scrape_interval));
  by_default("__scrape_timeout__", format_duration(config.scrape_timeout));
  for (const auto& [name, values] : config.params) {
    if (!values.empty()) by_default("__param_" + name, values.front());
  }
  return labels;
}

ScrapeTarget target_of(const ScrapeConfig& config, const StaticConfig& group,
                       const std::string& address) {
  ScrapeTarget target;
  target.identity = identity_of(config, group, address);
  for (const Label& label : target.identity) {
    if (!label.name.starts_with("__")) target.labels.set(label.name, label.value);
  }
  target.endpoint = address;
  target.path = target.identity.get("__metrics_path__");
  target.query = query_of(config, target.identity);
  target.interval = config.scrape_interval;
  target.timeout = config.scrape_timeout;
  target.honor_labels = config.honor_labels;
  target.honor_timestamps = config.honor_timestamps;
  target.compressed = config.enable_compression;
  target.scrape_protocols = config.scrape_protocols;
  target.native_histograms = config.scrape_native_histograms;
  const bool federated = target.path == "/federate";
  target.parse_work = federated ? Work::Kind::kFederateParse : Work::Kind::kScrapeParse;
  return target;
}

}  // namespace

std::vector<ScrapeTarget> scrape_targets(const PrometheusConfig& config) {
  std::vector<ScrapeTarget> targets;
  for (const ScrapeConfig& entry : config.scrape_configs) {
    for (const StaticConfig& group : entry.static_configs) {
      for (const std::string& address : group.targets)
        targets.push_back(target_of(entry, group, address));
    }
  }
  return targets;
}

LabelBytes label_bytes(const ReleaseProfile& release) {
  if (release.wide_label_sizes) return LabelBytes::kWide;
  return release.packs_labels ? LabelBytes::kVarint : LabelBytes::kSeparated;
}

Labels to_labels(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<Label> labels;
  for (const auto& [name, value] : pairs) labels.push_back({name, value});
  return Labels(std::move(labels));
}

}  // namespace pushpull
