#include "harness/roles/prometheus_role.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/base/log.h"
#include "harness/base/units.h"
#include "harness/measure/journal_observer.h"
#include "harness/measure/null_observer.h"
#include "harness/measure/pending_observer.h"
#include "harness/measure/target_path.h"
#include "harness/net_http/http_server.h"
#include "harness/net_http/http_transport.h"
#include "harness/prometheus/sample_storage.h"
#include "harness/prometheus/sent_series.h"
#include "harness/prometheus/server.h"
#include "harness/prometheus/slow_receiver.h"
#include "harness/prometheus/targets.h"
#include "harness/roles/machine_name.h"
#include "harness/roles/role_control.h"
#include "harness/roles/role_journal.h"
#include "harness/roles/web_gate.h"

namespace pushpull {
namespace {

constexpr int kFailed = 1;
constexpr int kBadInput = 2;

Result<LoadedConfig> read_config(const std::string& path, const ReleaseProfile& release) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Error{"cannot read " + path + ": " + std::strerror(errno) + " (--config.file names it)"};
  std::ostringstream text;
  text << file.rdbuf();
  return load_config(std::move(text).str(), path, release);
}

ServerOptions server_options(const PrometheusRoleOptions& options, const PrometheusConfig& config,
                             const ReleaseProfile& release) {
  ServerOptions server;
  server.profile = release;
  server.external_labels = to_labels(config.global.external_labels);
  server.targets = scrape_targets(config);
  server.remote_write = config.remote_write;
  server.enable_receiver = options.enable_receiver;
  server.host_name = options.host_name.empty() ? machine_name() : options.host_name;
  server.flush_deadline = options.flush_deadline;
  server.wal_retention = options.wal_retention;
  server.discovery_delay = options.discovery_delay;
  return server;
}

// The certificates of the senders as they are now; the real server does not start without them
// either.
Status check_certificates(const PrometheusConfig& config) {
  for (const RemoteWriteConfig& entry : config.remote_write) {
    const TlsSettings& settings = entry.http_client.tls_config.settings;
    if (settings == TlsSettings()) continue;
    const Result<TlsMaterial> material = read_tls_material(settings);
    if (!material) return material.error();
    const auto context = TlsContext::client(settings, *material);
    if (!context) return context.error();
  }
  return {};
}

Result<std::unique_ptr<WebGate>> open_gate(const std::string& path) {
  if (path.empty()) return std::unique_ptr<WebGate>();
  return WebGate::open(path);
}

// How each leaf's series arrive; empty where they arrive as they are.
Result<std::vector<SentLabels>> read_sent_labels(const PrometheusRoleOptions& options) {
  std::vector<SentLabels> leaves;
  for (const std::string& path : options.leaf_configs) {
    const Result<LoadedConfig> loaded = read_config(path, *release_profile(options.behaves_like));
    if (!loaded) return loaded.error();
    const PrometheusConfig& config = loaded->config;
    SentLabels leaf{to_labels(config.global.external_labels), {}};
    if (!config.remote_write.empty())
      leaf.rules = Relabeler(config.remote_write.front().write_relabel_configs);
    leaves.push_back(std::move(leaf));
  }
  return leaves;
}

// The instrument's side of the role: everything a journal needs.
class Instrumentation {
 public:
  // Error: the journal cannot be written, the workload does not fit together.
  static Result<std::unique_ptr<Instrumentation>> make(const PrometheusRoleOptions& options,
                                                       SampleStorage& storage, Instant now) {
    auto made = std::unique_ptr<Instrumentation>(new Instrumentation(options.max_delay));
    Result<std::unique_ptr<JournalWriter>> journal =
        open_role_journal(options.journal, options.host_name, now);
    if (!journal) return journal.error();
    made->journal_ = std::move(*journal);
    if (made->journal_ == nullptr) return made;
    if (options.workload) {
      Result<Workload> workload = Workload::make(*options.workload);
      if (!workload) return workload.error();
      made->workload_.emplace(std::move(*workload));
      const Status followed = made->recognise(options, storage);
      if (!followed) return followed.error();
    }
    made->observer_.emplace(
        *made->journal_,
        [&storage](const Layout& layout) -> std::optional<uint32_t> {
          const ScrapeTarget* target = storage.target_of(layout);
          return target == nullptr ? std::nullopt : target_of_path(target->path);
        },
        made->resolver_ ? &*made->resolver_ : nullptr);
    if (options.journal_acknowledged) made->observer_->tell_acknowledged();
    made->front_.emplace(*made->observer_, [raw = made.get()](const Slice& slice) {
      raw->observer_->pending(slice);
    });
    return made;
  }

  Observer& observer() { return front_ ? static_cast<Observer&>(*front_) : null_; }
  // What the server still holds from now on is pending, not lost.
  void run_ended() {
    if (front_) front_->run_ended();
  }
  // Once, before the process ends.
  void count_requests(const Server& server, Instant now) {
    if (!front_) return;
    const SentRequests sent = server.sent_requests();
    const ServerStats& stats = server.stats();
    // A leaf sends write requests; the central of a pull variant sends fetches.
    const bool push = !server.remote_storages().empty();
    count("requests", push ? sent.attempts : fetches(stats.scrapes), now);
    count("requests_failed", push ? sent.failed : fetches(stats.scrapes_failed), now);
  }
  void fetching() { fetching_ = true; }

 private:
  explicit Instrumentation(Duration max_delay) : max_delay_(max_delay) {}

  Status recognise(const PrometheusRoleOptions& options, SampleStorage& storage) {
    Result<std::vector<SentLabels>> leaves = read_sent_labels(options);
    if (!leaves) return leaves.error();
    known_ = known_series(*workload_, std::move(*leaves));
    index_.emplace(*known_, [&storage](uint64_t ref) { return storage.registry().labels(ref); });
    storage.when_forgotten([this](uint64_t ref) { index_->forget(ref); });
    answers_.emplace(static_cast<uint32_t>(workload_->targets().size()), max_delay_);
    for (const std::string& path : options.answers) {
      Result<JournalReader> reader = JournalReader::open(path);
      if (!reader) return reader.error();
      answers_->follow(std::move(*reader));
    }
    resolver_.emplace(*known_, *index_, *answers_, options.value_error);
    return {};
  }
  int64_t fetches(int64_t scrapes) const { return fetching_ ? scrapes : 0; }
  void count(const std::string& name, int64_t value, Instant now) {
    if (value > 0) journal_->append(journal::Counter{name, now, value});
  }

  const Duration max_delay_;
  bool fetching_ = false;
  std::unique_ptr<JournalWriter> journal_;
  std::optional<Workload> workload_;
  std::unique_ptr<KnownSeries> known_;
  std::optional<SeriesIndex> index_;
  std::optional<AnswerLog> answers_;
  std::optional<SampleResolver> resolver_;
  std::optional<JournalObserver> observer_;
  std::optional<PendingObserver> front_;
  NullObserver null_;
};

int fail(int code, const std::string& message) {
  std::fprintf(stderr, "%s%s", message.c_str(), message.ends_with('\n') ? "" : "\n");
  return code;
}

// Of "slow PER_REQUEST PER_SAMPLE", such as "slow 50ms 10us".
std::optional<Slowness> parse_slowness(std::string_view command) {
  constexpr std::string_view kVerb = "slow ";
  if (!command.starts_with(kVerb)) return std::nullopt;
  command.remove_prefix(kVerb.size());
  const size_t space = std::min(command.find(' '), command.size());
  const Result<Duration> request = parse_duration(command.substr(0, space));
  const Result<Duration> sample =
      parse_duration(command.substr(std::min(space + 1, command.size())));
  if (request && sample) return Slowness{*request, *sample};
  log_error("slow: " + (request ? sample : request).error().message);
  return std::nullopt;
}

// Head file and folder of the data.
std::string head_path(const PrometheusRoleOptions& options) {
  return options.storage_path + "/pushpull-head";
}

}  // namespace

int run_prometheus_role(const PrometheusRoleOptions& options) {
  Result<ReleaseProfile> release = release_profile(options.behaves_like);
  if (!release) return fail(kBadInput, "--behaves-like: " + release.error().message);
  for (const std::string& names : options.features) {
    const Result<std::vector<std::string>> idle = enable_features(*release, names);
    if (!idle) return fail(kBadInput, "--enable-feature: " + idle.error().message);
    for (const std::string& name : *idle) {
      log_info("--enable-feature=" + name + " changes nothing here");
    }
  }
  const Result<LoadedConfig> loaded = read_config(options.config_file, *release);
  if (!loaded) return fail(kBadInput, loaded.error().message);
  const Status certificates = check_certificates(loaded->config);
  if (!certificates) return fail(kBadInput, certificates.error().message);
  const Result<std::unique_ptr<WebGate>> gate = open_gate(options.web_config_file);
  if (!gate) return fail(kBadInput, gate.error().message);
  ServerOptions server_setup = server_options(options, loaded->config, *release);
  for (const std::string& key : loaded->ignored)
    log_info("ignored: " + key + " changes nothing that is shipped");
  for (const RemoteWriteConfig& write : server_setup.remote_write) {
    if (write.message() == WriteMessage::kV2 && write.metadata_config.send) {
      log_warn("remote_write " + write.url +
               ": metadata_config.send changes nothing with Remote Write 2.0, where metadata "
               "belongs to each series");
    }
  }
  std::error_code failed;
  std::filesystem::create_directories(options.storage_path, failed);
  if (failed) return fail(kFailed, "cannot make " + options.storage_path + ": " + failed.message());

  block_signals();
  RealLoop loop(options.anchor.value_or(measure_anchor()));
  SampleStorage storage(server_setup.external_labels, server_setup.profile,
                        loaded->config.max_exemplars);
  const Status restored = storage.load(head_path(options));
  if (!restored) return fail(kFailed, restored.error().message);
  Result<std::unique_ptr<Instrumentation>> instrumentation =
      Instrumentation::make(options, storage, loop.now());
  if (!instrumentation) return fail(kFailed, instrumentation.error().message);
  for (const ScrapeTarget& target : server_setup.targets) {
    if (target.parse_work == Work::Kind::kFederateParse) (*instrumentation)->fetching();
  }

  HttpTransport transport(loop);
  SlowTransport slow_transport(loop, transport);
  Server server(loop, slow_transport, storage, (*instrumentation)->observer(),
                std::move(server_setup));
  SlowService front(loop, server);
  Result<std::unique_ptr<HttpServer>> web =
      HttpServer::start(loop, front, options.listen,
                        *gate != nullptr ? (*gate)->server_options() : HttpServerOptions());
  if (!web) return fail(kFailed, web.error().message);

  bool stopping = false;
  const auto stop = [&] {
    if (std::exchange(stopping, true)) return;
    log_info("stopping: flushing remote write");
    server.stop([&loop] { loop.stop(); });
  };
  const auto finish = [&] {
    if (std::exchange(stopping, true)) return;
    (*instrumentation)->run_ended();
    server.abandon(LossCause::kRestart);
    loop.stop();
  };
  RoleControl control(
      loop, stop,
      options.control ? std::function<void(const std::string&)>([&](const std::string& command) {
        if (command == "finish") finish();
        if (const std::optional<Slowness> slowness = parse_slowness(command)) {
          slow_transport.be(*slowness);
          front.be(*slowness);
        }
      })
                      : nullptr);
  log_info("listening on port " + std::to_string((*web)->port()));
  loop.run();
  web->reset();
  (*instrumentation)->count_requests(server, loop.now());
  const Status saved = storage.save(head_path(options));
  if (!saved) return fail(kFailed, saved.error().message);
  return 0;
}

}  // namespace pushpull
