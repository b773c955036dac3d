// One entry of `remote_write`, with Prometheus's own keys. Keys that would change what is shipped
// and are not implemented are refused at their line. The initialisers are the defaults of
// kDefaultRelease; those of another release come from remote_write_defaults(), which is the
// prototype to parse into.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/time.h"
#include "harness/http_client/config.h"
#include "harness/relabel/config.h"
#include "harness/remote_write/media_type.h"
#include "harness/remote_write/release_profile.h"
#include "harness/workload/record.h"
#include "harness/yaml/fields.h"

namespace pushpull {

struct QueueConfig {
  int64_t capacity = 10'000;  // samples waiting per shard, in whole batches
  int64_t max_shards = 50;
  int64_t min_shards = 1;
  int64_t max_samples_per_send = 2000;
  Duration batch_send_deadline = Duration::seconds(5);
  Duration min_backoff = Duration::milliseconds(30);
  Duration max_backoff = Duration::seconds(5);
  bool retry_on_http_429 = false;
  Duration sample_age_limit;  // zero: samples never become too old

  // No key: whether the release that the prototype is for has sample_age_limit.
  bool release_limits_sample_age = true;

  // No key: whether the release refuses contradictions. Others take what does not crash them: a
  // capacity below 1 is one batch, a max_shards below min_shards the limit of all that comes after
  // the start, and a min_backoff above max_backoff the first pause only.
  bool checked = false;
};

// Of metric families, in Remote Write 1.0.
struct MetadataConfig {
  bool send = true;
  Duration send_interval = Duration::minutes(1);
  int64_t max_samples_per_send = 2000;  // entries
};

// Keys that change nothing here, with what is written there or the release's default: the real
// server's name for an entry depends on them.
struct IdleKeys {
  bool follow_redirects = true;
  bool enable_http2 = false;
  bool round_robin_dns = false;
};

struct RemoteWriteConfig {
  // prometheus.yml must give it, a scenario may not: whoever binds the file checks its presence.
  std::string url;
  std::string name;
  Duration remote_timeout = Duration::seconds(30);
  std::vector<std::pair<std::string, std::string>> headers;  // sent beside our own
  std::string protobuf_message = std::string(kMessageV1);
  std::vector<RelabelConfig> write_relabel_configs;
  QueueConfig queue_config;
  MetadataConfig metadata_config;
  // Exemplars also need a server that stores them (--enable-feature=exemplar-storage). Prometheus's
  // documentation says that Remote Write 2.0 always sends histograms; its code asks the flag.
  bool send_exemplars = false;
  bool send_native_histograms = false;
  HttpClientConfig http_client;  // its keys stand among ours

  IdleKeys idle;

  // No keys: of the release that the prototype is for.
  RelabelDialect dialect;
  bool release_sends_v2 = true;      // whether protobuf_message may say so
  std::string authentication_keys =  // as its errors list them
      "basic_auth, authorization, oauth2, sigv4, azuread or google_iam";

  bool sends(RecordKind kind) const {
    if (kind == RecordKind::kExemplars) return send_exemplars;
    return kind == RecordKind::kFloats || send_native_histograms;
  }
  WriteMessage message() const {
    return protobuf_message == kMessageV2 ? WriteMessage::kV2 : WriteMessage::kV1;
  }
};

void bind(yaml::Fields& fields, QueueConfig& config);
void bind(yaml::Fields& fields, MetadataConfig& config);
void bind(yaml::Fields& fields, RemoteWriteConfig& config);

RemoteWriteConfig remote_write_defaults(const ReleaseProfile& profile);

}  // namespace pushpull
