// One entry of `scrape_configs`, with Prometheus's own keys. Keys that would change what is scraped
// and are not implemented are refused at their line.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/time.h"
#include "harness/yaml/fields.h"

namespace pushpull {

struct StaticConfig {
  std::vector<std::string> targets;  // host:port
  // Of every target above; `__metrics_path__` replaces the metrics_path of the entry.
  std::vector<std::pair<std::string, std::string>> labels;
};

struct ScrapeConfig {
  std::string job_name;
  Duration scrape_interval = Duration::minutes(1);
  Duration scrape_timeout = Duration::seconds(10);  // <= scrape_interval
  std::string metrics_path = "/metrics";
  // Query parameters by name, as they stand in the URL before encoding.
  std::vector<std::pair<std::string, std::vector<std::string>>> params;
  bool honor_labels = false;
  bool honor_timestamps = true;
  bool enable_compression = true;             // since 2.49; before, always true
  std::vector<std::string> scrape_protocols;  // since 2.49; empty: the release's default
  std::optional<bool> scrape_native_histograms;
  std::vector<StaticConfig> static_configs;

  // No key: of the release that the prototype is for.
  bool release_has_native_key = false;  // scrape_native_histograms, since 3.8
};

void bind(yaml::Fields& fields, StaticConfig& config);
// A timeout that is not given becomes the one the struct holds, at most the interval.
void bind(yaml::Fields& fields, ScrapeConfig& config);
// How to scrape, without whom: all of the above but job_name and service discovery.
void bind_fetching(yaml::Fields& fields, ScrapeConfig& config);
// Keys that entries and the `global` block share and that would change the samples: refused.
void refuse_unbuilt_scraping(yaml::Fields& fields);
// Formats to ask for, of an entry or of the `global` block.
void bind_formats(yaml::Fields& fields, std::vector<std::string>& protocols,
                  std::optional<bool>& native_histograms, bool release_has_native_key);
// The rule both levels of prometheus.yml share: a timeout that is not given is cut to the interval,
// one that is given may not exceed it.
void bind_interval_and_timeout(yaml::Fields& fields, Duration& interval, Duration& timeout);

}  // namespace pushpull
