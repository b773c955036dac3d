// The names that real servers give to entries of remote_write that have none, and ours.
#include <gmock/gmock.h>

#include <set>

#include "harness/prometheus/config.h"
#include "harness/run/secure_fixture.h"

namespace pushpull {
namespace {

// All that an entry's YAML may hold: what is quoted, folded, left out or hidden.
constexpr const char* kEntries = R"(
- url: http://127.0.0.1:1/a
- url: http://127.0.0.1:1/b?tenant=x&y=%20z
  remote_timeout: 90s
  metadata_config: {send: false, send_interval: 2h, max_samples_per_send: 7}
  send_exemplars: true
  send_native_histograms: true
- url: http://127.0.0.1:1/c
  headers: {X-Scope-OrgID: "7", x-a10: "yes", x-a9: "it's: so", empty: "", long: "LONG"}
- url: http://127.0.0.1:1/d
  basic_auth: {username: "null", password: hunter2}
  follow_redirects: false
- url: http://127.0.0.1:1/e
  basic_auth: {}
  enable_http2: true
- url: http://127.0.0.1:1/f
  bearer_token: abc
  queue_config: {capacity: 0, max_shards: 3, retry_on_http_429: true, batch_send_deadline: 1500ms, max_backoff: 8d}
- url: https://127.0.0.1:1/g
  authorization: {type: Token, credentials_file: some/../token}
  tls_config: {server_name: central, insecure_skip_verify: true, min_version: TLS12}
- url: http://127.0.0.1:1/h
  write_relabel_configs:
  - {source_labels: [a, __name__], target_label: c, regex: "[x]+", replacement: ""}
  - {action: labeldrop, regex: "a|b"}
  - {action: hashmod, source_labels: [a], target_label: "__tmp", modulus: 8, separator: ""}
  - {action: keep, source_labels: [a], regex: ""}
  - {action: replace, source_labels: [a], regex: "5", target_label: "x", replacement: "a: #b"}
)";

class RealEntryNameTest : public SecureTest, public testing::WithParamInterface<const char*> {};

TEST_P(RealEntryNameTest, OursAreTheirs) {
  const std::string server = "127.0.0.1:" + std::to_string((*free_ports(1))[0]);
  const std::string ours = "127.0.0.1:" + std::to_string((*free_ports(1))[0]);
  const auto system = PrometheusSystem::make(GetParam());
  ASSERT_TRUE(system.ok()) << system.error().message;
  const bool limits_age = (*system)->profile()->limits_sample_age;
  std::string text = std::string("global: {}\nremote_write:") + kEntries;
  if (limits_age) {
    text += "- {url: 'http://127.0.0.1:1/i', queue_config: {sample_age_limit: 90m}}\n";
  }
  std::string words;
  for (int i = 0; i < 30; ++i) words += "word" + std::to_string(i) + " ";
  text.replace(text.find("LONG"), 4, words + "end");
  const auto real = start_prometheus("real", GetParam(), server, text, {});
  const auto mock =
      start_prometheus("mock", "", ours, text, {"--behaves-like=" + (*system)->profile()->version});
  ASSERT_TRUE(await_up(server));
  ASSERT_TRUE(await_up(ours));
  // url -> name, from the same metric of both.
  const auto names = [this](const std::string& endpoint) {
    const std::string page = get(endpoint, "/metrics").response.body.bytes;
    std::set<std::string> found;
    const std::string metric = "\nprometheus_remote_storage_shards_max{";
    for (size_t at = page.find(metric); at != std::string::npos; at = page.find(metric, at + 1)) {
      found.insert(page.substr(at + metric.size(), page.find('}', at) - at - metric.size()));
    }
    return found;
  };
  EXPECT_EQ(names(server).size(), limits_age ? 9u : 8u);
  EXPECT_THAT(names(ours), testing::ContainerEq(names(server)));
}

INSTANTIATE_TEST_SUITE_P(Real, RealEntryNameTest,
                         testing::Values("prometheus-2.42", "prometheus-3.5"), release_name);

}  // namespace
}  // namespace pushpull
