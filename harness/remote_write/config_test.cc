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
}

TEST(RemoteWriteConfig, InitialisersAreThoseOfTheDefaultRelease) {
  const QueueConfig expected =
      remote_write_defaults(*release_profile(kDefaultRelease)).queue_config;
  EXPECT_EQ(QueueConfig().capacity, expected.capacity);
  EXPECT_EQ(QueueConfig().max_shards, expected.max_shards);
  EXPECT_EQ(QueueConfig().max_samples_per_send, expected.max_samples_per_send);
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
metadata_config: {send: false}
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
  EXPECT_TRUE(p.config.sends(RecordKind::kExemplars) && p.config.sends(RecordKind::kHistograms));
}

TEST(RemoteWriteConfig, SendsFloatsOnlyUnlessTold) {
  const RemoteWriteConfig config =
      parse("protobuf_message: io.prometheus.write.v2.Request\n").config;
  EXPECT_TRUE(config.sends(RecordKind::kFloats));
  EXPECT_FALSE(config.sends(RecordKind::kHistograms)) << "2.0 does not imply them";
  EXPECT_FALSE(config.sends(RecordKind::kExemplars));
}

TEST(RemoteWriteConfig, RefusesWhatWouldChangeWhatIsShipped) {
  EXPECT_THAT(parse("queue_config: {sample_age_limit: 1h}\n").errors, HasSubstr("test.yml:1"));
  EXPECT_THAT(parse("protobuf_message: io.prometheus.write.v3.Request\n").errors,
              HasSubstr("unknown message; use prometheus.WriteRequest or"));
  EXPECT_THAT(parse("metadata_config: {send: true}\n").errors, HasSubstr("send: false"));
  EXPECT_THAT(parse("basic_auth: {username: a}\n").errors, HasSubstr("authentication"));
  EXPECT_THAT(parse("url: https://central/\n").errors, HasSubstr("TLS"));
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

TEST(RemoteWriteConfig, RefusesContradictions) {
  EXPECT_THAT(parse("queue_config: {min_shards: 100}\n").errors,
              HasSubstr("min_shards (100) is above max_shards (50)"));
  EXPECT_EQ(parse("queue_config: {min_shards: 100}\n", "2.42").errors, "");
  EXPECT_THAT(parse("queue_config: {max_backoff: 10ms}\n").errors,
              HasSubstr("min_backoff (30ms) is above max_backoff (10ms)"));
  EXPECT_THAT(parse("queue_config: {max_samples_per_send: 0}\n").errors, HasSubstr("test.yml:1"));
}

TEST(RemoteWriteConfig, WhatIsWrittenOutIsKnownToOldReleases) {
  auto out = nlohmann::ordered_json::object();
  yaml::dump(RemoteWriteConfig(), out);
  EXPECT_FALSE(out.contains("protobuf_message"));
  EXPECT_FALSE(out.contains("write_relabel_configs"));
  EXPECT_EQ(out["metadata_config"]["send"], false);
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
