#include "harness/remote_write/entry_hash.h"

#include <gtest/gtest.h>

#include <memory>

#include "harness/yaml/parser.h"

namespace pushpull {
namespace {

RemoteWriteConfig parsed(const std::string& text, const ReleaseProfile& profile) {
  RemoteWriteConfig config = remote_write_defaults(profile);
  yaml::Diagnostics diagnostics;
  const auto source = std::make_shared<const yaml::Source>(yaml::Source{"test.yml", text});
  const std::optional<yaml::Node> root = yaml::parse_document(source, diagnostics);
  if (root) yaml::parse(*root, config, diagnostics);
  EXPECT_EQ(diagnostics.to_string(), "");
  return config;
}

std::string yaml_of(const std::string& text, const char* release) {
  const ReleaseProfile profile = *release_profile(release);
  return entry_yaml(parsed(text, profile), profile);
}

TEST(EntryHash, WritesEveryDefault) {
  EXPECT_EQ(yaml_of("url: http://central:9090/api/v1/write", "3.5"),
            R"(url: http://central:9090/api/v1/write
remote_timeout: 30s
protobuf_message: prometheus.WriteRequest
follow_redirects: true
enable_http2: false
queue_config:
  capacity: 10000
  max_shards: 50
  min_shards: 1
  max_samples_per_send: 2000
  batch_send_deadline: 5s
  min_backoff: 30ms
  max_backoff: 5s
metadata_config:
  send: true
  send_interval: 1m
  max_samples_per_send: 2000
)");
}

TEST(EntryHash, WritesWhatIsGiven) {
  EXPECT_EQ(yaml_of(R"(
url: https://central/
remote_timeout: 90m
name: central
headers: {X-Scope-OrgID: "7"}
basic_auth: {username: me, password: hunter2}
tls_config: {ca_file: /ca, min_version: TLS13}
enable_http2: false
send_exemplars: true
send_native_histograms: true
write_relabel_configs:
- {source_labels: [a, b], target_label: c, regex: "[x]", replacement: ""}
- {action: drop, source_labels: [a], regex: ""}
queue_config: {capacity: 700, retry_on_http_429: true, max_backoff: 1500ms}
metadata_config: {send: false, send_interval: 2h}
)",
                    "2.42"),
            R"(url: https://central/
remote_timeout: 1h30m
headers:
  X-Scope-OrgID: "7"
write_relabel_configs:
- source_labels: [a, b]
  separator: ;
  regex: '[x]'
  target_label: c
  action: replace
- source_labels: [a]
  separator: ;
  regex: null
  replacement: $1
  action: drop
name: central
send_exemplars: true
send_native_histograms: true
basic_auth:
  username: me
  password: <secret>
tls_config:
  ca_file: /ca
  insecure_skip_verify: false
  min_version: 772
follow_redirects: true
enable_http2: false
queue_config:
  capacity: 700
  max_shards: 200
  min_shards: 1
  max_samples_per_send: 500
  batch_send_deadline: 5s
  min_backoff: 30ms
  max_backoff: 1s500ms
  retry_on_http_429: true
metadata_config:
  send: false
  send_interval: 2h
  max_samples_per_send: 500
)");
}

TEST(EntryHash, ReleasesLeaveOutMore) {
  const std::string text =
      "{url: http://a/, basic_auth: {}, write_relabel_configs: [{action: drop, source_labels: "
      "[a]}],"
      " tls_config: {min_version: TLS12}}";
  for (const auto& [line, old, now] :
       {std::tuple("  username: \"\"\n", true, false), std::tuple("basic_auth: {}\n", false, true),
        std::tuple("  regex: (.*)\n", true, false),
        std::tuple("  min_version: TLS12\n", false, true)}) {
    EXPECT_EQ(yaml_of(text, "2.42").find(line) != std::string::npos, old) << line;
    EXPECT_EQ(yaml_of(text, "3.5").find(line) != std::string::npos, now) << line;
  }
}

TEST(EntryHash, NamesWhatHasNoName) {
  const ReleaseProfile profile = *release_profile("3.5");
  const RemoteWriteConfig config = parsed("url: http://a/", profile);
  EXPECT_EQ(entry_hash(config, profile).size(), 32u);
  EXPECT_EQ(entry_name(config, profile), entry_hash(config, profile).substr(0, 6));
  EXPECT_EQ(entry_name(parsed("{url: http://a/, name: b}", profile), profile), "b");
}

TEST(EntryHash, SecretsDoNotCount) {
  const ReleaseProfile profile = *release_profile("3.5");
  const auto hash = [&](const std::string& text) {
    return entry_hash(parsed("url: http://a/\n" + text, profile), profile);
  };
  EXPECT_EQ(hash("basic_auth: {password: a}"), hash("basic_auth: {password: b}"));
  EXPECT_NE(hash("basic_auth: {username: a}"), hash("basic_auth: {username: b}"));
  EXPECT_EQ(hash("bearer_token: a"), hash("authorization: {credentials: b}"));
}

}  // namespace
}  // namespace pushpull
