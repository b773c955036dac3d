#include "harness/prometheus/config.h"

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/remote_write/entry_hash.h"
#include "harness/yaml/dumper.h"
#include "harness/yaml/parser.h"

namespace pushpull {
namespace {

// Only read, to let through what is harmless in `storage` and refuse what is not.
struct TsdbConfig {};
void bind(yaml::Fields& f, TsdbConfig&) {
  f.ignored("retention");
  f.unsupported("out_of_order_time_window", "samples are only taken in order");
}

struct ExemplarsConfig {
  int64_t max_exemplars = 0;
};
void bind(yaml::Fields& f, ExemplarsConfig& c) {
  constexpr int64_t kMost = 100'000'000;
  f.integer("max_exemplars", c.max_exemplars,
            {.doc = "kept, of all series", .min = 0, .max = kMost});
  f.unsupported("out_of_order_time_window", "exemplars are only taken in order");
}

struct StorageConfig {
  TsdbConfig tsdb;
  ExemplarsConfig exemplars;
};
void bind(yaml::Fields& f, StorageConfig& c) {
  f.object("tsdb", c.tsdb, {});
  f.object("exemplars", c.exemplars, {});
}

void check_jobs(yaml::Fields& f, const std::vector<ScrapeConfig>& entries) {
  std::set<std::string> seen;
  for (size_t i = 0; i < entries.size(); ++i) {
    const std::string& name = entries[i].job_name;
    const std::string path = "scrape_configs[" + std::to_string(i) + "].job_name";
    if (name.empty()) f.error(path, "a job needs a name");
    if (!name.empty() && !seen.insert(name).second) f.error(path, "'" + name + "' is taken");
  }
}

void check_destinations(yaml::Fields& f, const std::vector<RemoteWriteConfig>& entries,
                        const ReleaseProfile& release) {
  std::set<std::string> seen;
  std::set<std::string> hashes;
  for (size_t i = 0; i < entries.size(); ++i) {
    const std::string path = "remote_write[" + std::to_string(i) + "]";
    const std::string& name = entries[i].name;
    if (entries[i].url.empty()) {
      f.error(path, "missing key 'url' (where to send)");
    } else if (!hashes.insert(entry_hash(entries[i], release)).second) {
      f.error(path, "duplicate remote write configs are not allowed, found duplicate for URL: " +
                        entries[i].url);
    }
    if (!name.empty() && !seen.insert(name).second) {
      f.error(path + ".name", "found multiple remote write configs with job name \"" + name + "\"");
    }
  }
}

void bind_file(yaml::Fields& f, PrometheusConfig& c, const ReleaseProfile& release) {
  const bool has_native_key = release.has_scrape_native_histograms;
  c.global.release_has_native_key = has_native_key;
  f.object("global", c.global, {.doc = "defaults of all entries"});
  ScrapeConfig entry;
  entry.release_has_native_key = has_native_key;
  entry.scrape_protocols = c.global.scrape_protocols;
  entry.scrape_native_histograms = c.global.scrape_native_histograms;
  entry.scrape_interval = c.global.scrape_interval;
  entry.scrape_timeout = c.global.scrape_timeout;
  f.list("scrape_configs", c.scrape_configs, {.doc = "what to scrape"}, entry);
  f.list("remote_write", c.remote_write, {.doc = "where to send"}, remote_write_defaults(release));
  if (!f.parsing()) return;
  check_jobs(f, c.scrape_configs);
  check_destinations(f, c.remote_write, release);
  StorageConfig storage;
  storage.exemplars.max_exemplars = c.max_exemplars;
  f.object("storage", storage, {});
  c.max_exemplars = storage.exemplars.max_exemplars;
  for (const char* key : {"rule_files", "alerting", "remote_read", "tracing", "otlp", "runtime"}) {
    f.ignored(key);
  }
  f.unsupported("scrape_config_files", "not read: put the entries into scrape_configs");
}

}  // namespace

void bind(yaml::Fields& f, GlobalConfig& c) {
  bind_interval_and_timeout(f, c.scrape_interval, c.scrape_timeout);
  f.string_map("external_labels", c.external_labels, {.doc = "labels of everything shipped"});
  for (const char* key : {"evaluation_interval", "rule_query_offset", "query_log_file",
                          "scrape_failure_log_file", "keep_dropped_targets"}) {
    f.ignored(key);
  }
  bind_formats(f, c.scrape_protocols, c.scrape_native_histograms, c.release_has_native_key);
  refuse_unbuilt_scraping(f);
}

Result<LoadedConfig> load_config(std::string text, std::string file_name,
                                 const ReleaseProfile& release) {
  const auto source =
      std::make_shared<const yaml::Source>(yaml::Source{std::move(file_name), std::move(text)});
  yaml::Diagnostics diagnostics;
  const std::optional<yaml::Node> root = yaml::parse_document(source, diagnostics);
  LoadedConfig loaded;
  if (root) {
    yaml::Parser parser(*root, diagnostics);
    bind_file(parser, loaded.config, release);
    parser.finish();
    loaded.ignored = parser.ignored_keys();
  }
  if (!diagnostics.empty()) return diagnostics.to_error();
  const std::string folder = std::filesystem::path(source->name).parent_path().string();
  for (RemoteWriteConfig& entry : loaded.config.remote_write) {
    resolve_files(entry.http_client, folder);
  }
  return loaded;
}

namespace {

nlohmann::ordered_json dumped(PrometheusConfig config) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  yaml::Dumper dumper(json, yaml::Dumper::Secrets::kRevealed);
  ReleaseProfile every_key;
  every_key.has_scrape_native_histograms = true;
  bind_file(dumper, config, every_key);
  return json;
}

}  // namespace

std::string to_yaml(const PrometheusConfig& config) {
  nlohmann::ordered_json json = dumped(config);
  // 2.42 always asks for gzip and does not know the key.
  for (nlohmann::ordered_json& entry : json["scrape_configs"]) {
    if (entry["enable_compression"] == true) entry.erase("enable_compression");
  }
  return yaml::to_yaml(json);
}

std::string to_promscrape_yaml(const PrometheusConfig& config) {
  nlohmann::ordered_json json = dumped(config);
  json.erase("remote_write");
  for (nlohmann::ordered_json& entry : json["scrape_configs"]) {
    if (entry["enable_compression"] == false) entry["disable_compression"] = true;
    entry.erase("enable_compression");
  }
  return yaml::to_yaml(json);
}

}  // namespace pushpull
