#include "harness/run/cluster_config.h"

namespace pushpull {

PrometheusConfig leaf_config(const Scenario& scenario, const Variant& variant,
                             const Workload& workload, uint32_t leaf,
                             const ClusterAddresses& addresses) {
  PrometheusConfig config;
  config.global.scrape_interval = scenario.workload.scrape_interval;
  config.global.scrape_timeout = scenario.workload.scrape_timeout;
  for (const Label& label : leaf_external_labels(leaf))
    config.global.external_labels.emplace_back(label.name, label.value);
  ScrapeConfig job;
  job.job_name = "bench";
  job.scrape_interval = scenario.workload.scrape_interval;
  job.scrape_timeout = scenario.workload.scrape_timeout;
  for (const Target& target : workload.targets_of(leaf)) {
    StaticConfig group;
    group.targets = {addresses.targets.at(leaf)};
    group.labels = {{"__metrics_path__", target.path()}};
    for (const Label& label : target.target_labels()) {
      if (label.name != "job") group.labels.emplace_back(label.name, label.value);
    }
    job.static_configs.push_back(std::move(group));
  }
  config.scrape_configs.push_back(std::move(job));
  if (variant.remote_write) {
    RemoteWriteConfig write = variant.remote_write->config;
    write.url = "http://" + addresses.central + addresses.write_path;
    write.name = "central";
    config.remote_write.push_back(std::move(write));
  }
  return config;
}

PrometheusConfig central_config(const Scenario& scenario, const Variant& variant,
                                const ClusterAddresses& addresses) {
  PrometheusConfig config;
  config.global.scrape_interval = scenario.workload.scrape_interval;
  config.global.scrape_timeout = scenario.workload.scrape_timeout;
  config.global.external_labels = {{"prometheus", "central"}};
  if (variant.federate) {
    ScrapeConfig job = variant.federate->config;
    job.job_name = kFederateJob;
    StaticConfig leaves;
    leaves.targets = addresses.leaves;
    job.static_configs = {std::move(leaves)};
    config.scrape_configs.push_back(std::move(job));
  }
  return config;
}

}  // namespace pushpull
