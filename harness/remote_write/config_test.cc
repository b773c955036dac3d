#include "harness/remote_write/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "harness/yaml/dumper.h"
#include "harness/yaml/parser.h"

namespace pushpull {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

struct Parsed {
  RemoteWriteConfig config;
  std::string errors;
  std::vector<std::string> ignored;
};

Parsed parse(std::string text, const char* release = "3.5") {
  Parsed out;
  out.config = remote_write_defaults(*release_profile(release));
  yaml::Diagnostics diagnostics;
  auto source = std::make_shared<const yaml::Source>(yaml::Source{"test.yml", std::move(text)});
  const std::optional<yaml::Node> root = yaml::parse_document(source, diagnostics);
  if (root) out.ignored = yaml::parse(*root, out.config, diagnostics);
  out.errors = diagnostics.to_string();
  return out;
}

TEST(RemoteWriteConfig, DefaultsAreTheReleases) {
  const Parsed p = parse("url: http://central:9090/api/v1/write\n");
  EXPECT_EQ(p.errors, "");
  EXPECT_EQ(p.config.queue_config.capacity, 10'000);
  EXPECT_EQ(p.config.queue_config.max_shards, 50);
  EXPECT_EQ(p.config.queue_config.max_samples_per_send, 2000);
  const Parsed old = parse("queue_config: {capacity: 700}\n", "2.42");
  EXPECT_EQ(old.config.queue_config.capacity, 700);
  EXPECT_EQ(old.config.queue_config.max_shards, 200);
  EXPECT_EQ(old.config.queue_config.max_samples_per_send, 500);
  EXPECT_EQ(old.config.metadata_config.max_samples_per_send, 500);
}

TEST(RemoteWriteConfig, InitialisersAreThoseOfTheDefaultRelease) {
  const QueueConfig expected =
      remote_write_defaults(*release_profile(kDefaultRelease)).queue_config;
  EXPECT_EQ(QueueConfig().capacity, expected.capacity);
  EXPECT_EQ(QueueConfig().max_shards, expected.max_shards);
  EXPECT_EQ(QueueConfig().max_samples_per_send, expected.max_samples_per_send);
  EXPECT_EQ(MetadataConfig().max_samples_per_send,
            remote_write_defaults(*release_profile(kDefaultRelease))
                .metadata_config.max_samples_per_send);
}

TEST(RemoteWriteConfig, ReadsEveryKey) {
  const Parsed p = parse(R"(
url: http://central:9090/api/v1/write
name: central
remote_timeout: 10s
protobuf_message: prometheus.WriteRequest
queue_config:
  capacity: 6000
  max_shards: 8
  min_shards: 4
  max_samples_per_send: 3000
  batch_send_deadline: 1s
  min_backoff: 100ms
  max_backoff: 10s
  retry_on_http_429: true
  sample_age_limit: 1h
metadata_config: {send: false, send_interval: 30s, max_samples_per_send: 100}
send_exemplars: true
send_native_histograms: true
enable_http2: false
)");
  EXPECT_EQ(p.errors, "");
  EXPECT_THAT(p.ignored, UnorderedElementsAre("enable_http2"));
  EXPECT_EQ(p.config.name, "central");
  EXPECT_EQ(p.config.remote_timeout, Duration::seconds(10));
  const QueueConfig& q = p.config.queue_config;
  EXPECT_EQ(q.capacity, 6000);
  EXPECT_EQ(q.max_shards, 8);
  EXPECT_EQ(q.min_shards, 4);
  EXPECT_EQ(q.max_samples_per_send, 3000);
  EXPECT_EQ(q.batch_send_deadline, Duration::seconds(1));
  EXPECT_EQ(q.min_backoff, Duration::milliseconds(100));
  EXPECT_EQ(q.max_backoff, Duration::seconds(10));
  EXPECT_TRUE(q.retry_on_http_429);
  EXPECT_EQ(q.sample_age_limit, Duration::hours(1));
  EXPECT_TRUE(p.config.sends(RecordKind::kExemplars) && p.config.sends(RecordKind::kHistograms));
  const MetadataConfig& m = p.config.metadata_config;
  EXPECT_FALSE(m.send);
  EXPECT_EQ(m.send_interval, Duration::seconds(30));
  EXPECT_EQ(m.max_samples_per_send, 100);
}

TEST(RemoteWriteConfig, SampleAgeLimitCameWith250) {
  const std::string text = "queue_config: {sample_age_limit: 1h}\n";
  EXPECT_EQ(parse(text).errors, "");
  EXPECT_EQ(parse(text, "2.50").errors, "");
  EXPECT_THAT(parse(text, "2.49").errors, HasSubstr("test.yml:1"));
  EXPECT_THAT(parse(text, "2.49").errors, HasSubstr("came with Prometheus 2.50"));

  auto out = nlohmann::ordered_json::object();
  yaml::dump(parse(text).config, out);
  EXPECT_EQ(out["queue_config"]["sample_age_limit"], "1h");
}

TEST(RemoteWriteConfig, SendsFloatsOnlyUnlessTold) {
  const RemoteWriteConfig config =
      parse("protobuf_message: io.prometheus.write.v2.Request\n").config;
  EXPECT_TRUE(config.sends(RecordKind::kFloats));
  EXPECT_FALSE(config.sends(RecordKind::kHistograms)) << "2.0 does not imply them";
  EXPECT_FALSE(config.sends(RecordKind::kExemplars));
}

TEST(RemoteWriteConfig, RefusesWhatWouldChangeWhatIsShipped) {
  EXPECT_THAT(parse("protobuf_message: io.prometheus.write.v3.Request\n").errors,
              HasSubstr("unknown message; use prometheus.WriteRequest or"));
  EXPECT_THAT(parse("http_headers: {}\n").errors, HasSubstr("use headers"));
  EXPECT_THAT(parse("sigv4: {}\n").errors, HasSubstr("use basic_auth"));
}

TEST(RemoteWriteConfig, RelabellingIsThatOfTheRelease) {
  const char* text = "write_relabel_configs: [{target_label: a-b, replacement: c}]\n";
  const Parsed p = parse(text);
  EXPECT_EQ(p.errors, "");
  ASSERT_EQ(p.config.write_relabel_configs.size(), 1u);
  EXPECT_EQ(p.config.write_relabel_configs[0].target_label, "a-b");
  EXPECT_THAT(parse(text, "2.42").errors,
              HasSubstr("write_relabel_configs[0].target_label: 'a-b' is an invalid"));
}

// Before 3.12 nobody looks at the queue; what would crash the real server is refused here.
TEST(RemoteWriteConfig, EarlierReleasesTakeContradictions) {
  for (const char* release : {"2.42", "3.5", "3.11"}) {
    EXPECT_EQ(
        parse("queue_config: {min_shards: 300, min_backoff: 6s, capacity: 0}\n", release).errors,
        "");
    EXPECT_THAT(parse("queue_config: {max_samples_per_send: 0}\n", release).errors,
                HasSubstr("'0' is below the minimum of 1"));
    EXPECT_THAT(parse("queue_config: {max_shards: 0}\n", release).errors,
                HasSubstr("'0' is below the minimum of 1"));
    EXPECT_THAT(parse("queue_config: {capacity: -2000}\n", release).errors, HasSubstr("crashes"));
    EXPECT_EQ(parse("queue_config: {capacity: -1}\n", release).errors, "") << "-1 ÷ 2000 is 0";
  }
}

TEST(RemoteWriteConfig, From312OnTheQueueIsChecked) {
  const std::pair<const char*, const char*> cases[] = {
      {"max_shards: 0", "max_shards must be positive"},
      {"min_shards: -1", "min_shards must be positive"},
      {"min_shards: 100", "min_shards must not be greater than max_shards"},
      {"max_samples_per_send: 0", "max_samples_per_send must be positive"},
      {"capacity: 0", "capacity must be positive"},
      {"max_backoff: 10ms", "max_backoff must not be less than min_backoff"},
      {"min_backoff: 10s", "max_backoff must not be less than min_backoff"},
  };
  for (const auto& [text, error] : cases) {
    const std::string errors = parse("queue_config: {" + std::string(text) + "}\n", "3.12").errors;
    EXPECT_THAT(errors, HasSubstr(std::string("remote write queue ") + error));
    EXPECT_THAT(errors, HasSubstr("test.yml:1:"));
  }
}

TEST(RemoteWriteConfig, HeadersAreSentUnlessReserved) {
  const Parsed p = parse("headers: {X-Scope-OrgID: 7, a: ''}\n");
  EXPECT_EQ(p.errors, "");
  EXPECT_EQ(p.config.headers[0], std::pair(std::string("X-Scope-OrgID"), std::string("7")));
  for (const char* reserved :
       {"Host", "content-encoding", "CONTENT-LENGTH", "Content-Type", "User-Agent", "Connection",
        "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "WWW-Authenticate",
        "Accept-Encoding", "X-Prometheus-Remote-Write-Version", "X-Prometheus-Remote-Read-Version",
        "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256"}) {
    EXPECT_THAT(parse("headers: {" + std::string(reserved) + ": a}\n").errors,
                HasSubstr(std::string(reserved) + " is a reserved header. It must not be changed"));
  }
  EXPECT_THAT(parse("headers: {a b: c}\n").errors, HasSubstr("'a b' is not the name of a header"));
  EXPECT_THAT(parse("headers: {a: \"b\\nc: d\"}\n").errors, HasSubstr("control characters"));
}

TEST(RemoteWriteConfig, AuthorizationIsNoHeaderOfItsOwn) {
  const auto error = [](const char* release) {
    return parse("headers: {authorization: a}\n", release).errors;
  };
  const std::string lead =
      "authorization header must be changed via the basic_auth, authorization, ";
  EXPECT_THAT(error("2.42"), HasSubstr(lead + "oauth2, or sigv4 parameter"));
  EXPECT_THAT(error("2.45"), HasSubstr(lead + "oauth2, sigv4, or azuread parameter"));
  EXPECT_THAT(error("2.55"), HasSubstr(lead + "oauth2, sigv4, azuread or google_iam parameter"));
}

TEST(RemoteWriteConfig, HasAnHttpClientOfItsRelease) {
  const Parsed p = parse("basic_auth: {username_file: a, password_file: b}\ntls_config: {ca: c}\n");
  EXPECT_EQ(p.errors, "");
  EXPECT_EQ(p.config.http_client.basic_auth->username_file, "a");
  const std::string old =
      parse("basic_auth: {username_file: a}\ntls_config: {ca: c}\n", "2.42").errors;
  EXPECT_THAT(old, HasSubstr("basic_auth.username_file: came with Prometheus 2.49"));
  EXPECT_THAT(old, HasSubstr("tls_config.ca: came with Prometheus 2.45"));
}

TEST(RemoteWriteConfig, WhatIsWrittenOutIsKnownToOldReleases) {
  auto out = nlohmann::ordered_json::object();
  yaml::dump(RemoteWriteConfig(), out);
  EXPECT_FALSE(out.contains("protobuf_message"));
  for (const char* absent : {"write_relabel_configs", "headers", "basic_auth", "authorization",
                             "tls_config", "bearer_token"}) {
    EXPECT_FALSE(out.contains(absent)) << absent;
  }
  EXPECT_FALSE(out["queue_config"].contains("sample_age_limit"));
  EXPECT_EQ(out["metadata_config"]["send"], true);
  EXPECT_EQ(out["queue_config"]["capacity"], 10'000);
  EXPECT_EQ(out["queue_config"]["batch_send_deadline"], "5s");
}

TEST(RemoteWriteConfig, RemoteWrite20CameWith254) {
  const std::string text = "protobuf_message: io.prometheus.write.v2.Request\n";
  EXPECT_EQ(parse(text).errors, "");
  EXPECT_EQ(parse(text).config.message(), WriteMessage::kV2);
  EXPECT_EQ(parse(text, "2.54").errors, "");
  EXPECT_THAT(parse(text, "2.53").errors, HasSubstr("came with Prometheus 2.54"));

  auto out = nlohmann::ordered_json::object();
  yaml::dump(parse(text).config, out);
  EXPECT_EQ(out["protobuf_message"], kMessageV2);
}

}  // namespace
}  // namespace pushpull
