#include "harness/remote_write/entry_hash.h"

#include <openssl/evp.h>

#include <array>

#include "harness/base/check.h"
#include "harness/yaml/go_yaml.h"

namespace pushpull {
namespace {

using yaml::GoYaml;

constexpr size_t kNameDigits = 6;

// model.Duration.String(): years and weeks only where nothing is left.
std::string go_duration(Duration duration) {
  int64_t ms = duration.ns() / 1'000'000;
  if (ms == 0) return "0s";
  struct Unit {
    const char* name;
    int64_t ms;
    bool whole;
  };
  constexpr Unit kUnits[] = {{"y", 31'536'000'000, true},
                             {"w", 604'800'000, true},
                             {"d", 86'400'000, false},
                             {"h", 3'600'000, false},
                             {"m", 60'000, false},
                             {"s", 1000, false},
                             {"ms", 1, false}};
  std::string out;
  for (const Unit& unit : kUnits) {
    if ((unit.whole && ms % unit.ms != 0) || ms < unit.ms) continue;
    out += std::to_string(ms / unit.ms) + unit.name;
    ms %= unit.ms;
  }
  return out;
}

// Keys marked omitempty.
void some(GoYaml& out, std::string_view key, const std::string& value) {
  if (!value.empty()) out.string(key, value);
}
void some(GoYaml& out, std::string_view key, const Secret& value) {
  if (!value.empty()) out.string(key, kHiddenSecret);
}
void some(GoYaml& out, std::string_view key, int64_t value) {
  if (value != 0) out.plain(key, std::to_string(value));
}
void some(GoYaml& out, std::string_view key, Duration value) {
  if (value != Duration()) out.string(key, go_duration(value));
}
void some(GoYaml& out, std::string_view key, bool value) {
  if (value) out.plain(key, "true");
}
void always(GoYaml& out, std::string_view key, bool value) {
  out.plain(key, value ? "true" : "false");
}

// A regex that is written out as the default is taken for the default.
void write(GoYaml& out, const RelabelConfig& rule, bool omits_default_regex) {
  if (!rule.source_labels.empty()) out.flow_list("source_labels", rule.source_labels);
  some(out, "separator", rule.separator);
  if (rule.regex.empty()) {
    out.plain("regex", "null");
  } else if (!omits_default_regex || rule.regex != RelabelConfig().regex) {
    out.string("regex", rule.regex);
  }
  some(out, "modulus", rule.modulus);
  some(out, "target_label", rule.target_label);
  some(out, "replacement", rule.replacement);
  out.string("action", relabel_action_name(rule.action));
}

// By its name; in earlier releases by its number in the protocol.
void write(GoYaml& out, std::string_view key, TlsVersion version, bool by_name) {
  constexpr std::array kNames = {"", "TLS10", "TLS11", "TLS12", "TLS13"};
  constexpr std::array kNumbers = {"", "769", "770", "771", "772"};
  if (version == TlsVersion::kDefault) return;
  const auto i = static_cast<size_t>(version);
  by_name ? out.string(key, kNames.at(i)) : out.plain(key, kNumbers.at(i));
}

void write(GoYaml& out, const TlsSettings& tls, bool names_versions) {
  some(out, "ca", tls.ca);
  some(out, "cert", tls.cert);
  some(out, "key", tls.key);
  some(out, "ca_file", tls.ca_file);
  some(out, "cert_file", tls.cert_file);
  some(out, "key_file", tls.key_file);
  some(out, "server_name", tls.server_name);
  always(out, "insecure_skip_verify", tls.insecure_skip_verify);
  write(out, "min_version", tls.min_version, names_versions);
  write(out, "max_version", tls.max_version, names_versions);
}

void write(GoYaml& out, const HttpClientConfig& client, const ReleaseProfile& profile) {
  if (client.basic_auth) {
    const std::string& user = client.basic_auth->username;
    out.begin("basic_auth");
    if (!user.empty() || !profile.omits_empty_username) out.string("username", user);
    some(out, "username_file", client.basic_auth->username_file);
    some(out, "password", client.basic_auth->password);
    some(out, "password_file", client.basic_auth->password_file);
    out.end();
  }
  if (client.authorization) {
    out.begin("authorization");
    some(out, "type", client.authorization->type);
    some(out, "credentials", client.authorization->credentials);
    some(out, "credentials_file", client.authorization->credentials_file);
    out.end();
  }
  if (!(client.tls_config.settings == TlsSettings())) {
    out.begin("tls_config");
    write(out, client.tls_config.settings, profile.names_tls_versions);
    out.end();
  }
}

void write(GoYaml& out, const QueueConfig& queue) {
  some(out, "capacity", queue.capacity);
  some(out, "max_shards", queue.max_shards);
  some(out, "min_shards", queue.min_shards);
  some(out, "max_samples_per_send", queue.max_samples_per_send);
  some(out, "batch_send_deadline", queue.batch_send_deadline);
  some(out, "min_backoff", queue.min_backoff);
  some(out, "max_backoff", queue.max_backoff);
  some(out, "retry_on_http_429", queue.retry_on_http_429);
  some(out, "sample_age_limit", queue.sample_age_limit);
}

}  // namespace

std::string entry_yaml(const RemoteWriteConfig& config, const ReleaseProfile& profile) {
  GoYaml out;
  out.string("url", config.url);
  some(out, "remote_timeout", config.remote_timeout);
  if (!config.headers.empty()) out.string_map("headers", config.headers);
  if (!config.write_relabel_configs.empty()) {
    out.begin_list("write_relabel_configs");
    for (const RelabelConfig& rule : config.write_relabel_configs) {
      out.item();
      write(out, rule, profile.omits_default_regex);
    }
    out.end_list();
  }
  some(out, "name", config.name);
  some(out, "send_exemplars", config.send_exemplars);
  some(out, "send_native_histograms", config.send_native_histograms);
  some(out, "round_robin_dns", config.idle.round_robin_dns);
  if (profile.checks_media_type) out.string("protobuf_message", config.protobuf_message);
  write(out, config.http_client, profile);
  always(out, "follow_redirects", config.idle.follow_redirects);
  always(out, "enable_http2", config.idle.enable_http2);
  out.begin("queue_config");
  write(out, config.queue_config);
  out.end();
  out.begin("metadata_config");
  always(out, "send", config.metadata_config.send);
  out.string("send_interval", go_duration(config.metadata_config.send_interval));
  some(out, "max_samples_per_send", config.metadata_config.max_samples_per_send);
  out.end();
  return out.text();
}

std::string entry_hash(const RemoteWriteConfig& config, const ReleaseProfile& profile) {
  const std::string text = entry_yaml(config, profile);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  CHECK(EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr) == 1);
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += "0123456789abcdef"[digest.at(i) >> 4];
    out += "0123456789abcdef"[digest.at(i) & 15];
  }
  return out;
}

std::string entry_name(const RemoteWriteConfig& config, const ReleaseProfile& profile) {
  return config.name.empty() ? entry_hash(config, profile).substr(0, kNameDigits) : config.name;
}

}  // namespace pushpull
