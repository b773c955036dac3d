#include "harness/scenario/systems.h"

#include <algorithm>
#include <array>

#include "harness/base/check.h"
#include "harness/remote_write/url.h"

namespace pushpull {
namespace {

using Form = yaml::Fields::Form;

struct Name {
  std::string_view name;
  SystemKind kind;
};
constexpr std::array<Name, 5> kNames = {{{"mock", SystemKind::kMock},
                                         {"prometheus", SystemKind::kPrometheus},
                                         {"victoriametrics", SystemKind::kVictoriaMetrics},
                                         {"vmagent", SystemKind::kVmagent},
                                         {"receiver", SystemKind::kUrl}}};

void bind_leaf(yaml::Fields& f, SystemKind& leaf) {
  if (f.parsing() && f.form_of("leaf", Form::kName) == Form::kMap) {
    return f.unsupported("leaf",
                         "only a central may be somebody else's: of what a leaf that is not "
                         "started here scrapes, no sample could be accounted for");
  }
  f.choice("leaf", leaf,
           {{"mock", SystemKind::kMock},
            {"prometheus", SystemKind::kPrometheus},
            {"vmagent", SystemKind::kVmagent}},
           {.doc = "what plays the role"});
}

void bind_central(yaml::Fields& f, Systems& s) {
  const Form held = s.central == SystemKind::kUrl ? Form::kMap : Form::kName;
  const Form form = f.form_of("central", held);
  if (form != Form::kMap) {
    f.choice("central", s.central,
             {{"mock", SystemKind::kMock},
              {"prometheus", SystemKind::kPrometheus},
              {"victoriametrics", SystemKind::kVictoriaMetrics}},
             {.doc = "what plays the role",
              .otherwise = "or a receiver that is there already, {url: http://host:port/path}"});
  }
  if (form != Form::kName) {
    if (form == Form::kMap) s.central = SystemKind::kUrl;
    f.object("central", s.receiver, {.doc = "a receiver that is there already"});
  }
}

void bind_binary(yaml::Fields& f, const char* key, std::string& binary, bool plays,
                 std::string_view system) {
  if (f.parsing() || plays) f.string(key, binary, {.doc = "path of the real one"});
  if (f.has(key) && !plays) {
    f.error(key, "has no effect: neither leaf nor central is " + std::string(system));
  }
}

void bind_wal_retention(yaml::Fields& f, Systems& s) {
  if (f.parsing() || s.leaf == SystemKind::kMock) {
    f.duration("wal_retention", s.wal_retention,
               {.doc = "how long a mock leaf keeps what it has not sent",
                .min = Duration::milliseconds(1).ns()});
  }
  if (f.has("wal_retention") && s.leaf != SystemKind::kMock) {
    f.error("wal_retention", "a real " + std::string(system_name(s.leaf)) +
                                 " deletes what it has not sent as it thinks fit: leave it out, or "
                                 "use 'leaf: mock'");
  }
}

// vmagent keeps no head and no shards: it has a queue on disk and so many senders.
void check_vmagent(yaml::Fields& f, const std::string& path, const RemoteWriteConfig& given,
                   const RemoteWriteConfig& defaults) {
  const QueueConfig& queue = given.queue_config;
  const QueueConfig& fixed = defaults.queue_config;
  const auto refuse = [&](bool changed, const std::string& key, const std::string& why) {
    if (changed) f.error(path + "." + key, why);
  };
  refuse(queue.capacity != fixed.capacity, "queue_config.capacity",
         "vmagent has no such limit: what it cannot send waits on disk; remove it");
  refuse(queue.min_shards != queue.max_shards, "queue_config.min_shards",
         "vmagent does not reshard: min_shards and max_shards, both its -remoteWrite.queues, must "
         "be equal");
  refuse(queue.min_backoff != fixed.min_backoff, "queue_config.min_backoff",
         "vmagent waits 2s before its first retry, whatever it is told; remove it");
  refuse(queue.max_backoff != fixed.max_backoff, "queue_config.max_backoff",
         "vmagent waits 1m at most between retries, whatever it is told; remove it");
  refuse(queue.retry_on_http_429 != fixed.retry_on_http_429, "queue_config.retry_on_http_429",
         "vmagent always retries what was answered with 429; remove it");
  refuse(queue.sample_age_limit > Duration(), "queue_config.sample_age_limit",
         "vmagent has no such limit; remove it");
  const std::string not_told = "vmagent is not told of it here; use 'leaf: mock' or 'prometheus'";
  refuse(!given.headers.empty(), "headers", not_told);
  refuse(given.http_client.basic_auth.has_value(), "basic_auth", not_told);
  refuse(given.http_client.authorization.has_value(), "authorization", not_told);
  refuse(given.send_exemplars, "send_exemplars", not_told);
  refuse(given.send_native_histograms, "send_native_histograms", not_told);
  refuse(given.message() != WriteMessage::kV1, "protobuf_message",
         "vmagent sends " + std::string(kMessageV1) + " only");
  for (size_t i = 0; i < given.write_relabel_configs.size(); ++i) {
    using enum RelabelAction;
    const RelabelAction action = given.write_relabel_configs[i].action;
    const bool same =
        std::ranges::count(std::array{kReplace, kKeep, kDrop, kLabelMap, kLabelDrop, kLabelKeep},
                           action) > 0;
    refuse(!same, "write_relabel_configs[" + std::to_string(i) + "].action",
           "vmagent does not " + std::string(relabel_action_name(action)) +
               " as Prometheus does; use replace, keep, drop, labelmap, labeldrop or labelkeep");
  }
}

void check_variant(yaml::Fields& f, const Systems& s, const std::string& name,
                   const Variant& variant) {
  const std::string path = "variants." + name;
  if (variant.federate && s.leaf == SystemKind::kVmagent) {
    f.error(path + ".federate",
            "vmagent stores nothing that a central could fetch: use remote_write");
  }
  if (variant.federate && s.central == SystemKind::kUrl) {
    f.error(path + ".federate",
            "a central that is somebody else's cannot be told to fetch: use remote_write");
  }
  if (variant.federate && s.central == SystemKind::kVictoriaMetrics &&
      !variant.federate->config.scrape_protocols.empty()) {
    f.error(path + ".federate.scrape_protocols",
            "VictoriaMetrics does not know this key; remove it");
  }
  if (variant.remote_write && s.leaf == SystemKind::kVmagent) {
    const Variant defaults = variant_defaults(s, Duration::seconds(1));
    check_vmagent(f, path + ".remote_write", variant.remote_write->config,
                  defaults.remote_write->config);
  }
}

// Why this fault cannot befall these systems; nothing where it can.
std::string cannot_befall(const Systems& s, const Fault& fault) {
  if (fault.kind == FaultKind::kSlowReceiver && s.central != SystemKind::kMock)
    return "a real central cannot be told to be slow: use 'central: mock', or 'fault: pause'";
  const bool of_central = fault.kind == FaultKind::kCentralDown ||
                          fault.kind == FaultKind::kCentralRestart ||
                          (fault.kind == FaultKind::kPause && fault.role == ServerRole::kCentral);
  if (of_central && s.central == SystemKind::kUrl) {
    return "a central that is somebody else's is neither stopped nor paused: use a fault of the "
           "link, such as link_down or blackhole";
  }
  return "";
}

}  // namespace

std::string_view system_name(SystemKind kind) {
  const auto found = std::ranges::find(kNames, kind, &Name::kind);
  CHECK(found != kNames.end());
  return found->name;
}

void bind(yaml::Fields& f, ForeignReceiver& receiver) {
  f.string("url", receiver.url, {.doc = "where to write: http://host:port/path", .required = true});
  if (!f.has("url")) return;
  if (const Result<WriteUrl> url = parse_write_url(receiver.url); !url)
    f.error("url", url.error().message);
}

void bind(yaml::Fields& f, Systems& s) {
  bind_leaf(f, s.leaf);
  bind_central(f, s);
  f.string("behaves_like", s.behaves_like,
           {.doc = "Prometheus release that mocks follow: 2.42 to 3.14"});
  if (const auto release = release_profile(s.behaves_like); !release) {
    f.error("behaves_like", release.error().message);
    s.behaves_like = kDefaultRelease;
  }
  for (const auto& [key, binary, kind] :
       {std::tuple("prometheus_binary", &s.prometheus_binary, SystemKind::kPrometheus),
        std::tuple("victoriametrics_binary", &s.victoriametrics_binary,
                   SystemKind::kVictoriaMetrics),
        std::tuple("vmagent_binary", &s.vmagent_binary, SystemKind::kVmagent)}) {
    bind_binary(f, key, *binary, s.has(kind), system_name(kind));
  }
  bind_wal_retention(f, s);
}

Variant variant_defaults(const Systems& systems, Duration scrape_interval) {
  Variant variant = Variant::defaults(*release_profile(systems.behaves_like), scrape_interval);
  if (systems.leaf != SystemKind::kVmagent) return variant;
  // Its own (1.79.5), but that it has two queues for each CPU of the machine.
  RemoteWriteConfig& write = variant.remote_write->config;
  write.remote_timeout = Duration::minutes(1);
  write.queue_config.max_samples_per_send = 10'000;
  write.queue_config.batch_send_deadline = Duration::seconds(1);
  write.queue_config.min_shards = write.queue_config.max_shards = 4;
  write.queue_config.min_backoff = Duration::seconds(2);
  write.queue_config.max_backoff = Duration::minutes(1);
  write.queue_config.retry_on_http_429 = true;
  return variant;
}

void check_systems(yaml::Fields& f, const Systems& systems,
                   const std::vector<std::pair<std::string, Variant>>& variants,
                   const std::vector<Fault>& timeline) {
  if (systems.central == SystemKind::kUrl && systems.leaf != SystemKind::kMock) {
    f.error("systems.leaf",
            "with a central that is somebody else's only 'mock' will do: nobody "
            "else says which samples were acknowledged");
  }
  for (const auto& [name, variant] : variants) check_variant(f, systems, name, variant);
  for (size_t i = 0; i < timeline.size(); ++i) {
    const std::string why = cannot_befall(systems, timeline[i]);
    if (!why.empty()) f.error("timeline[" + std::to_string(i) + "].fault", why);
  }
}

}  // namespace pushpull
