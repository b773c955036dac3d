// prometheus.yml: what the mock reads in place of the real server, and what real servers are
// started with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/remote_write/config.h"
#include "harness/remote_write/release_profile.h"
#include "harness/scrape/config.h"
#include "harness/yaml/fields.h"

namespace pushpull {

struct GlobalConfig {
  Duration scrape_interval = Duration::minutes(1);
  Duration scrape_timeout = Duration::seconds(10);
  std::vector<std::pair<std::string, std::string>> external_labels;
  std::vector<std::string> scrape_protocols;
  std::optional<bool> scrape_native_histograms;

  bool release_has_native_key = true;  // no key: see ScrapeConfig
};

struct PrometheusConfig {
  GlobalConfig global;
  std::vector<ScrapeConfig> scrape_configs;
  std::vector<RemoteWriteConfig> remote_write;
  int64_t max_exemplars = 100'000;  // storage.exemplars.max_exemplars
};

void bind(yaml::Fields& fields, GlobalConfig& config);

struct LoadedConfig {
  PrometheusConfig config;
  // Keys that were given and change nothing that is shipped: rules, alerting, tracing …
  std::vector<std::string> ignored;
};

// What is left out takes the default of the release. The error holds every mistake, each with
// file:line:col.
Result<LoadedConfig> load_config(std::string text, std::string file_name,
                                 const ReleaseProfile& release);

// YAML that every release from 2.42 on reads, all defaults explicit. For the file of a process,
// with its secrets: readable by its owner only, please.
std::string to_yaml(const PrometheusConfig& config);
// The part of it that VictoriaMetrics' scrapers read, in their words (-promscrape.config; they
// refuse others): how to scrape whom, and external labels.
std::string to_promscrape_yaml(const PrometheusConfig& config);

}  // namespace pushpull
