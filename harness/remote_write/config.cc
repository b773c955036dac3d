#include "harness/remote_write/config.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "harness/base/ascii.h"
#include "harness/net/message.h"
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

// Of Prometheus, and those that its SigV4 adds; in lower case.
constexpr std::string_view kReservedHeaders[] = {
    "host",
    "content-encoding",
    "content-length",
    "content-type",
    "user-agent",
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "www-authenticate",
    "accept-encoding",
    "x-prometheus-remote-write-version",
    "x-prometheus-remote-read-version",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-content-sha256",
};

bool is_header_value(const std::string& value) {
  return std::ranges::none_of(value, [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
  });
}

// The first two in the releases' words. What is no header at all they take, and then fail every
// request.
std::string header_mistake(const RemoteWriteConfig& c, const std::string& name,
                           const std::string& value) {
  if (lower_case(name) == "authorization") {
    return "authorization header must be changed via the " + c.authentication_keys + " parameter";
  }
  if (std::ranges::count(kReservedHeaders, lower_case(name)) > 0) {
    return name + " is a reserved header. It must not be changed";
  }
  if (!is_header_name(name)) return "'" + name + "' is not the name of a header";
  if (!is_header_value(value)) return "a header may not hold control characters";
  return "";
}

// Written out only where there are any.
void bind_headers(yaml::Fields& f, RemoteWriteConfig& c) {
  if (!f.parsing() && c.headers.empty()) return;
  f.string_map("headers", c.headers, {.doc = "further headers of each request"});
  for (const auto& [name, value] : c.headers) {
    const std::string mistake = header_mistake(c, name, value);
    if (!mistake.empty()) f.error("headers." + name, mistake);
  }
  f.unsupported("http_headers", "is not supported here: use headers");
}

// Listed for the user as ignored, and read where it is given.
void ignore(yaml::Fields& f, std::string_view key, bool& value) {
  f.ignored(key);
  if (f.has(key)) f.boolean(key, value, {});
}

void ignore_harmless_keys(yaml::Fields& f, IdleKeys& keys) {
  // Redirects and HTTP/2 do not occur; the others choose an address or write logs.
  ignore(f, "follow_redirects", keys.follow_redirects);
  ignore(f, "enable_http2", keys.enable_http2);
  ignore(f, "round_robin_dns", keys.round_robin_dns);
  f.ignored("failed_request_logging");
}

// In the words of 3.12, which is the first to look.
void check_queue(yaml::Fields& f, const QueueConfig& c) {
  const auto refuse = [&f](bool wrong, const char* key, const char* other, const char* text) {
    if (wrong) f.error(f.has(key) ? key : other, std::string("remote write queue ") + text);
  };
  refuse(c.max_shards <= 0, "max_shards", "", "max_shards must be positive");
  refuse(c.min_shards <= 0, "min_shards", "", "min_shards must be positive");
  refuse(c.min_shards > c.max_shards, "min_shards", "max_shards",
         "min_shards must not be greater than max_shards");
  refuse(c.max_samples_per_send <= 0, "max_samples_per_send", "",
         "max_samples_per_send must be positive");
  refuse(c.capacity <= 0, "capacity", "", "capacity must be positive");
  refuse(c.max_backoff < c.min_backoff, "max_backoff", "min_backoff",
         "max_backoff must not be less than min_backoff");
}

// Limits that releases before 3.12 do not check, and crash beyond, with the first sample.
int64_t least(const QueueConfig& c) { return c.checked ? std::numeric_limits<int64_t>::min() : 1; }

}  // namespace

void bind(yaml::Fields& f, QueueConfig& c) {
  f.integer("capacity", c.capacity,
            {.doc = "samples buffered per shard, in whole batches", .max = kMaxSamples});
  f.integer("max_shards", c.max_shards,
            {.doc = "most requests in flight", .min = least(c), .max = kMaxShards});
  f.integer("min_shards", c.min_shards,
            {.doc = "shards at the start and at least", .min = least(c), .max = kMaxShards});
  f.integer("max_samples_per_send", c.max_samples_per_send,
            {.doc = "samples per request", .min = least(c), .max = kMaxSamples});
  f.duration("batch_send_deadline", c.batch_send_deadline,
             {.doc = "longest wait of a partial batch", .min = kMillisecond});
  f.duration("min_backoff", c.min_backoff,
             {.doc = "first pause before a retry, doubled each time", .min = kMillisecond});
  f.duration("max_backoff", c.max_backoff, {.doc = "longest pause", .min = kMillisecond});
  f.boolean("retry_on_http_429", c.retry_on_http_429,
            {.doc = "retry when told to slow down, instead of dropping the batch"});
  // Not written out where it is off: releases before 2.50 do not know the key.
  if (f.parsing() || c.sample_age_limit > Duration()) {
    f.duration("sample_age_limit", c.sample_age_limit,
               {.doc = "samples older than this are dropped instead of sent; 0s: none are"});
  }
  if (f.has("sample_age_limit") && !c.release_limits_sample_age) {
    f.error("sample_age_limit",
            "sample_age_limit came with Prometheus 2.50; this one follows an earlier release: "
            "leave it out");
  }

  if (c.checked) {
    check_queue(f, c);
  } else if (c.capacity <= -c.max_samples_per_send) {
    f.error("capacity", "Prometheus crashes with less than nothing: give it at least 0");
  }
}

void bind(yaml::Fields& f, MetadataConfig& c) {
  f.boolean("send", c.send, {.doc = "send metadata of metric families (Remote Write 1.0)"});
  f.duration("send_interval", c.send_interval, {.doc = "how often", .min = kMillisecond});
  f.integer("max_samples_per_send", c.max_samples_per_send,
            {.doc = "metric families per request", .min = 1, .max = kMaxSamples});
}

void bind(yaml::Fields& f, RemoteWriteConfig& c) {
  f.string("url", c.url, {.doc = "http:// or https://host:port/path of the receiver"});
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
  bind_headers(f, c);
  bind_http_client(f, c.http_client);
  ignore_harmless_keys(f, c.idle);

  if (!f.has("url")) return;
  if (Result<WriteUrl> url = parse_write_url(c.url); !url) f.error("url", url.error().message);
}

RemoteWriteConfig remote_write_defaults(const ReleaseProfile& profile) {
  RemoteWriteConfig config;
  config.dialect = profile.relabel;
  config.queue_config.capacity = profile.capacity;
  config.queue_config.max_shards = profile.max_shards;
  config.queue_config.max_samples_per_send = profile.max_samples_per_send;
  config.queue_config.release_limits_sample_age = profile.limits_sample_age;
  config.queue_config.checked = profile.checks_queue_config;
  config.metadata_config.max_samples_per_send = profile.max_samples_per_send;
  config.idle.enable_http2 = !profile.writes_without_http2;
  config.http_client = http_client_defaults(profile.http_client);
  config.release_sends_v2 = profile.checks_media_type;
  if (!profile.lists_authentication) {
    config.authentication_keys = profile.names_azuread
                                     ? "basic_auth, authorization, oauth2, sigv4, or azuread"
                                     : "basic_auth, authorization, oauth2, or sigv4";
  }
  return config;
}

}  // namespace pushpull
