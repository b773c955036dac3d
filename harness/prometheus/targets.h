// From scrape_configs to the targets a server scrapes. Pure.
#pragma once

#include <vector>

#include "harness/prometheus/config.h"
#include "harness/scrape/scrape_loop.h"

namespace pushpull {

// One ScrapeTarget per static target: `__address__`, `__scheme__`, `__metrics_path__`,
// `__scrape_interval__`,
// `__scrape_timeout__` and `__param_<name>` are set from the entry where the static labels do not
// set them, `job` too; `instance` defaults to the address; names beginning with `__` are dropped
// from what is stored.
std::vector<ScrapeTarget> scrape_targets(const PrometheusConfig& config);

// How the release lays out labels whose hash decides when a target is scraped.
LabelBytes label_bytes(const ReleaseProfile& release);

Labels to_labels(const std::vector<std::pair<std::string, std::string>>& pairs);

}  // namespace pushpull
