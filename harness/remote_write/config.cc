#include "harness/remote_write/config.h"

#include <string_view>

#include "harness/base/units.h"
#include "harness/remote_write/url.h"

namespace pushpull {
namespace {

constexpr int64_t kMillisecond = 1'000'000;
// Far above anything useful; keeps sample counts within 32 bits.
constexpr int64_t kMaxSamples = 100'000'000;
constexpr int64_t kMaxShards = 10'000;

// Written out only where there are rules.
void bind_relabelling(yaml::Fields& f, RemoteWriteConfig& c) {
  if (!f.parsing() && c.write_relabel_configs.empty()) return;
  RelabelConfig rule;
  rule.dialect = c.dialect;
  f.list("write_relabel_configs", c.write_relabel_configs,
         {.doc = "rules that choose series and change their labels"}, rule);
}

void refuse_http_client_keys(yaml::Fields& f) {
  for (const char* key : {"headers", "http_headers"}) {
    f.unsupported(key, "custom headers are not sent");
  }
  for (const char* key : {"basic_auth", "authorization", "bearer_token", "bearer_token_file",
                          "oauth2", "sigv4", "azuread", "google_iam"}) {
    f.unsupported(key, "authentication is not supported");
  }
  f.unsupported("tls_config", "TLS is not supported");
  for (const char* key :
       {"proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header"}) {
    f.unsupported(key, "proxies are not supported; shape traffic with a link");
  }
  // Redirects and HTTP/2 (TLS only) do not occur; the others choose an address or write logs.
  for (const char* key :
       {"follow_redirects", "enable_http2", "round_robin_dns", "failed_request_logging"}) {
    f.ignored(key);
  }
}

}  // namespace

void bind(yaml::Fields& f, QueueConfig& c) {
  f.integer("capacity", c.capacity,
            {.doc = "samples buffered per shard, in whole batches", .min = 1, .max = kMaxSamples});
  f.integer("max_shards", c.max_shards,
            {.doc = "most requests in flight", .min = 1, .max = kMaxShards});
  f.integer("min_shards", c.min_shards,
            {.doc = "shards at the start and at least", .min = 1, .max = kMaxShards});
  f.integer("max_samples_per_send", c.max_samples_per_send,
            {.doc = "samples per request", .min = 1, .max = kMaxSamples});
  f.duration("batch_send_deadline", c.batch_send_deadline,
             {.doc = "longest wait of a partial batch", .min = kMillisecond});
  f.duration("min_backoff", c.min_backoff,
             {.doc = "first pause before a retry, doubled each time", .min = kMillisecond});
  f.duration("max_backoff", c.max_backoff, {.doc = "longest pause", .min = kMillisecond});
  f.boolean("retry_on_http_429", c.retry_on_http_429,
            {.doc = "retry when told to slow down, instead of dropping the batch"});
  f.unsupported("sample_age_limit", "old samples are never dropped yet");

  if (c.min_shards > c.max_shards) {
    f.error(f.has("min_shards") ? "min_shards" : "max_shards",
            "min_shards (" + std::to_string(c.min_shards) + ") is above max_shards (" +
                std::to_string(c.max_shards) + ")");
  }
  if (c.min_backoff > c.max_backoff) {
    f.error(f.has("min_backoff") ? "min_backoff" : "max_backoff",
            "min_backoff (" + format_duration(c.min_backoff) + ") is above max_backoff (" +
                format_duration(c.max_backoff) + ")");
  }
}

void bind(yaml::Fields& f, MetadataConfig& c) {
  f.boolean("send", c.send, {.doc = "send metric metadata; only false is supported"});
  if (c.send) f.error("send", "metadata is not sent: use send: false");
  for (const char* key : {"send_interval", "max_samples_per_send"}) f.ignored(key);
}

void bind(yaml::Fields& f, RemoteWriteConfig& c) {
  f.string("url", c.url, {.doc = "http://host:port/path of the receiver"});
  f.string("name", c.name, {.doc = "name in logs and metrics"});
  f.duration("remote_timeout", c.remote_timeout,
             {.doc = "timeout of one attempt", .min = kMillisecond});
  // The default is not written out: releases before 2.54 do not know the key.
  if (f.parsing() || c.protobuf_message != kMessageV1) {
    f.string("protobuf_message", c.protobuf_message,
             {.doc = "message sent: prometheus.WriteRequest (Remote Write 1.0) or "
                     "io.prometheus.write.v2.Request (2.0)"});
  }
  if (c.protobuf_message != kMessageV1 && c.protobuf_message != kMessageV2) {
    f.error("protobuf_message",
            "unknown message; use " + std::string(kMessageV1) + " or " + std::string(kMessageV2));
  } else if (c.message() == WriteMessage::kV2 && !c.release_sends_v2) {
    f.error("protobuf_message",
            "Remote Write 2.0 came with Prometheus 2.54; this one follows an earlier release");
  }
  bind_relabelling(f, c);
  f.object("queue_config", c.queue_config, {.doc = "batching, shards and retries"});
  f.object("metadata_config", c.metadata_config, {.doc = "metric metadata"});
  f.boolean("send_exemplars", c.send_exemplars, {.doc = "send exemplars too"});
  f.boolean("send_native_histograms", c.send_native_histograms,
            {.doc = "send native histograms too; not implied by Remote Write 2.0"});
  refuse_http_client_keys(f);

  if (!f.has("url")) return;
  if (Result<WriteUrl> url = parse_write_url(c.url); !url) f.error("url", url.error().message);
}

RemoteWriteConfig remote_write_defaults(const ReleaseProfile& profile) {
  RemoteWriteConfig config;
  config.dialect = profile.relabel;
  config.queue_config.capacity = profile.capacity;
  config.queue_config.max_shards = profile.max_shards;
  config.queue_config.max_samples_per_send = profile.max_samples_per_send;
  config.release_sends_v2 = profile.checks_media_type;
  return config;
}

}  // namespace pushpull
