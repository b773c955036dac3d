#include "harness/scrape/config.h"

#include <algorithm>
#include <string_view>

#include "harness/scrape/scrape_protocols.h"

namespace pushpull {
namespace {

constexpr int64_t kMillisecond = 1'000'000;  // Prometheus's durations are whole milliseconds

void whole_milliseconds(yaml::Fields& f, std::string_view key, Duration value) {
  if (value.ns() % kMillisecond != 0) f.error(key, "must be whole milliseconds");
}

void refuse_http_client_keys(yaml::Fields& f) {
  for (const char* key : {"basic_auth", "authorization", "bearer_token", "bearer_token_file",
                          "oauth2", "http_headers"}) {
    f.unsupported(key, "authentication and custom headers are not supported");
  }
  f.unsupported("tls_config", "TLS is not supported");
  for (const char* key :
       {"proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header"}) {
    f.unsupported(key, "proxies are not supported; shape traffic with a link");
  }
}

void refuse_service_discovery(yaml::Fields& f) {
  for (const char* key :
       {"azure_sd_configs",     "consul_sd_configs",     "digitalocean_sd_configs",
        "dns_sd_configs",       "docker_sd_configs",     "dockerswarm_sd_configs",
        "ec2_sd_configs",       "eureka_sd_configs",     "file_sd_configs",
        "gce_sd_configs",       "hetzner_sd_configs",    "http_sd_configs",
        "ionos_sd_configs",     "kubernetes_sd_configs", "kuma_sd_configs",
        "lightsail_sd_configs", "linode_sd_configs",     "marathon_sd_configs",
        "nerve_sd_configs",     "nomad_sd_configs",      "openstack_sd_configs",
        "ovhcloud_sd_configs",  "puppetdb_sd_configs",   "scaleway_sd_configs",
        "serverset_sd_configs", "stackit_sd_configs",    "triton_sd_configs",
        "uyuni_sd_configs",     "vultr_sd_configs"}) {
    f.unsupported(key, "service discovery is not implemented: list the targets in static_configs");
  }
}

}  // namespace

void refuse_unbuilt_scraping(yaml::Fields& f) {
  for (const char* key : {"relabel_configs", "metric_relabel_configs"}) {
    f.unsupported(key, "relabelling is not implemented");
  }
  for (const char* key :
       {"sample_limit", "target_limit", "label_limit", "label_name_length_limit",
        "label_value_length_limit", "body_size_limit", "native_histogram_bucket_limit"}) {
    f.unsupported(key, "limits are not implemented");
  }
  for (const char* key : {"track_timestamps_staleness", "extra_scrape_metrics",
                          "fallback_scrape_protocol", "metric_name_validation_scheme",
                          "metric_name_escaping_scheme", "convert_classic_histograms_to_nhcb",
                          "scrape_classic_histograms", "always_scrape_classic_histograms"}) {
    f.unsupported(key, "not implemented: remove it to get Prometheus's default");
  }
}

// Written out only where they are given: releases before do not know the keys.
void bind_formats(yaml::Fields& f, std::vector<std::string>& protocols,
                  std::optional<bool>& native_histograms, bool release_has_native_key) {
  if (f.parsing() || !protocols.empty()) {
    f.strings("scrape_protocols", protocols, {.doc = "formats to ask for, the best first"});
  }
  for (size_t i = 0; i < protocols.size(); ++i) {
    if (std::ranges::find(kScrapeProtocols, protocols[i]) == std::end(kScrapeProtocols)) {
      f.error("scrape_protocols[" + std::to_string(i) + "]",
              "'" + protocols[i] +
                  "' is none: PrometheusProto, OpenMetricsText1.0.0, "
                  "OpenMetricsText0.0.1, PrometheusText1.0.0 or PrometheusText0.0.4");
    }
  }
  if (!release_has_native_key) {
    f.unsupported("scrape_native_histograms",
                  "a key of prometheus.yml since 3.8; before, --enable-feature=native-histograms");
  } else if (f.parsing() || native_histograms) {
    bool on = native_histograms.value_or(false);
    f.boolean("scrape_native_histograms", on, {.doc = "take native histograms, by protobuf"});
    if (f.has("scrape_native_histograms")) native_histograms = on;
  }
}

void bind_interval_and_timeout(yaml::Fields& f, Duration& interval, Duration& timeout) {
  f.duration("scrape_interval", interval,
             {.doc = "time between two scrapes of a target", .min = kMillisecond});
  f.duration("scrape_timeout", timeout,
             {.doc = "limit for connect, transfer and decompression", .min = kMillisecond});
  if (!f.parsing()) return;
  whole_milliseconds(f, "scrape_interval", interval);
  whole_milliseconds(f, "scrape_timeout", timeout);
  if (!f.has("scrape_timeout")) {
    timeout = std::min(timeout, interval);
  } else if (timeout > interval) {
    f.error("scrape_timeout", "longer than the scrape_interval: lower it");
  }
}

void bind(yaml::Fields& f, StaticConfig& c) {
  f.strings("targets", c.targets, {.doc = "host:port of each target"});
  f.string_map("labels", c.labels, {.doc = "labels of these targets"});
  for (size_t i = 0; i < c.targets.size(); ++i) {
    const std::string& target = c.targets[i];
    if (target.empty() || target.find('/') != std::string::npos) {
      f.error("targets[" + std::to_string(i) + "]",
              "'" + target + "' is not host:port: paths go to metrics_path or __metrics_path__");
    }
  }
}

void bind_fetching(yaml::Fields& f, ScrapeConfig& c) {
  bind_interval_and_timeout(f, c.scrape_interval, c.scrape_timeout);
  f.string("metrics_path", c.metrics_path, {.doc = "path of the URL"});
  f.string_lists("params", c.params, {.doc = "query parameters"});
  std::string scheme = "http";
  f.string("scheme", scheme,
           {.doc = "of the URL", .choices = {"http"}, .otherwise = "TLS is not supported"});
  f.boolean("honor_labels", c.honor_labels, {.doc = "exposed labels win over the target's own"});
  f.boolean("honor_timestamps", c.honor_timestamps, {.doc = "exposed timestamps are kept"});
  f.boolean("enable_compression", c.enable_compression, {.doc = "ask for gzip"});
  if (!c.metrics_path.starts_with('/')) f.error("metrics_path", "must start with '/'");
  bind_formats(f, c.scrape_protocols, c.scrape_native_histograms, c.release_has_native_key);
  // Redirects and HTTP/2 do not occur.
  for (const char* key :
       {"follow_redirects", "enable_http2", "keep_dropped_targets", "scrape_failure_log_file"}) {
    f.ignored(key);
  }
  refuse_unbuilt_scraping(f);
  refuse_http_client_keys(f);
}

void bind(yaml::Fields& f, ScrapeConfig& c) {
  f.string("job_name", c.job_name, {.doc = "value of the label job", .required = true});
  bind_fetching(f, c);
  f.list("static_configs", c.static_configs, {.doc = "targets and their labels"});
  refuse_service_discovery(f);
}

}  // namespace pushpull
