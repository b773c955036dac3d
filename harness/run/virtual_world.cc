#include "harness/run/virtual_world.h"

#include <algorithm>

#include "harness/base/check.h"
#include "harness/measure/conservation.h"
#include "harness/prometheus/size_models.h"
#include "harness/prometheus/targets.h"
#include "harness/run/accounting.h"

namespace pushpull {

// A leaf and its targets. Members are destroyed bottom up: the server before the hosts it uses.
struct VirtualWorld::Leaf {
  Leaf(VirtualWorld& world, uint32_t number)
      : observer(world.ledger_, [&world](const Slice& slice) { world.ledger_.pending(slice); }),
        targets_host(&world.loop_, "targets-" + std::to_string(number), 1, CostModel()),
        targets(world.loop_, world.workload_.targets_of(number),
                [](uint32_t, uint64_t, Instant) {}) {}

  PendingObserver observer;
  SimHost targets_host;
  TargetService targets;
  std::unique_ptr<VirtualServer> server;
};

namespace {

bool may_be_slow(const Scenario& scenario) {
  return std::ranges::any_of(
      scenario.timeline, [](const Fault& fault) { return fault.kind == FaultKind::kSlowReceiver; });
}

bool may_pause(const Scenario& scenario, ServerRole role) {
  return std::ranges::any_of(scenario.timeline, [role](const Fault& fault) {
    return fault.kind == FaultKind::kPause && fault.role == role;
  });
}

}  // namespace

VirtualWorld::VirtualWorld(const Scenario& scenario, const Variant& variant,
                           const Workload& workload, const Calibration& calibration)
    : scenario_(scenario),
      variant_(variant),
      workload_(workload),
      calibration_(calibration),
      profile_(release_profile(scenario.systems.behaves_like).value()),
      begin_(loop_.now()),
      window_{begin_ + scenario.phases.warmup,
              begin_ + scenario.phases.warmup + scenario.phases.measure},
      instrument_(std::make_unique<Instrument>(static_cast<uint32_t>(workload.targets().size()),
                                               window_, begin_)),
      ledger_(*instrument_),
      network_(&loop_),
      link_(scenario.link, scenario.link_spec(), static_cast<uint64_t>(scenario.seed)) {
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) {
    addresses_.targets.push_back("targets-" + std::to_string(leaf) + ":9100");
    addresses_.leaves.push_back(leaf_name(leaf) + ":9090");
  }
  addresses_.central = "central:9090";
  size_bodies();
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) build_leaf(leaf);
  build_central();
  schedule_faults();
  loop_.schedule_at(window_.end + kScrapeGrace, [this] {
    for (const auto& leaf : leaves_) leaf->targets.stop();
  });
  sample_gauges();
}

VirtualWorld::~VirtualWorld() = default;

void VirtualWorld::size_bodies() {
  sizing_.exact = scenario_.expected_samples() <= kExactBytesSamples;
  const auto state_error = [this](const wire::SizeModel& model, std::string_view what) {
    std::string percent = std::to_string(model.total_relative_error() * 100);
    warnings_.push_back("sizes of " + std::string(what) +
                        " are modelled; error of the total over bodies held out: " +
                        percent.substr(0, percent.find('.') + 2) + " %");
  };
  const Duration interval = scenario_.workload.scrape_interval;
  const Labels external = leaf_external_labels(0);
  if (variant_.remote_write && !sizing_.exact) {
    const RemoteWriteConfig& write = variant_.remote_write->config;
    const auto model = std::make_shared<wire::SizeModel>(
        measure_write_sizes(workload_, sent_labels(variant_, 1).front(), write.queue_config,
                            write.message(), interval));
    state_error(*model, "write requests");
    write_size_ = [model](int64_t samples) { return model->predict(samples); };
  }
  if (variant_.federate) {
    const bool gzip = variant_.federate->config.enable_compression;
    if (sizing_.exact && !gzip) return;
    const auto model = std::make_shared<wire::SizeModel>(
        measure_federate_sizes(workload_, external, gzip ? profile_.gzip_level : 0, interval));
    state_error(*model, "/federate bodies");
    sizing_.federate_model = [model](int64_t samples, bool /*gzip*/) {
      return model->predict(samples);
    };
  }
}

ServerOptions VirtualWorld::server_options(const PrometheusConfig& config,
                                           const std::string& host) const {
  ServerOptions options;
  options.profile = profile_;
  options.external_labels = to_labels(config.global.external_labels);
  options.targets = scrape_targets(config);
  options.remote_write = config.remote_write;
  options.host_name = host;
  options.wal_retention = scenario_.systems.wal_retention;
  options.write_size_model = write_size_;
  return options;
}

void VirtualWorld::build_leaf(uint32_t number) {
  leaves_.push_back(std::make_unique<Leaf>(*this, number));
  Leaf& leaf = *leaves_.back();
  network_.serve(addresses_.targets[number], &leaf.targets_host, &leaf.targets);
  VirtualServer::Setup setup;
  setup.name = leaf_name(number);
  setup.endpoint = addresses_.leaves[number];
  setup.options = [this, number] {
    return server_options(leaf_config(scenario_, variant_, workload_, number, addresses_),
                          leaf_name(number));
  };
  setup.sizing = sizing_;
  setup.pausable = may_pause(scenario_, ServerRole::kLeaf);
  leaf.server = std::make_unique<VirtualServer>(loop_, network_, calibration_, leaf.observer,
                                                std::move(setup));
  network_.connect(&leaf.server->host(), addresses_.central, &link_);
  leaf.server->start();
}

void VirtualWorld::build_central() {
  VirtualServer::Setup setup;
  setup.name = "central";
  setup.endpoint = addresses_.central;
  setup.options = [this] {
    ServerOptions options =
        server_options(central_config(scenario_, variant_, addresses_), "central");
    options.enable_receiver = true;
    return options;
  };
  setup.sizing = sizing_;
  setup.pausable = may_pause(scenario_, ServerRole::kCentral);
  setup.slowable = may_be_slow(scenario_);
  central_ =
      std::make_unique<VirtualServer>(loop_, network_, calibration_, ledger_, std::move(setup));
  for (const std::string& leaf : addresses_.leaves) {
    network_.connect(&central_->host(), leaf, &link_);
  }
  central_->start();
}

void VirtualWorld::schedule_faults() {
  VirtualFaults::Stage stage{&network_, &link_, central_.get(), {}, {}};
  for (const auto& leaf : leaves_) {
    stage.leaves.push_back(leaf->server.get());
    stage.targets.push_back(&leaf->targets);
  }
  faults_ = std::make_unique<VirtualFaults>(variant_, std::move(stage));
  faults_->schedule(loop_, scenario_.timeline, window_.begin);
}

// Each virtual second: what the senders hold back.
void VirtualWorld::sample_gauges() {
  if (variant_.remote_write) {
    int64_t backlog = 0;
    int64_t shards = 0;
    double desired = 0;
    for (const auto& leaf : leaves_) {
      const Server* server = leaf->server->server();
      if (server == nullptr) continue;
      backlog += server->backlog();
      shards += server->shards();
      desired += server->desired_shards();
    }
    instrument_->recorder().gauge("backlog", loop_.now(), static_cast<double>(backlog));
    instrument_->recorder().gauge("shards", loop_.now(), static_cast<double>(shards));
    instrument_->recorder().gauge("shards_desired", loop_.now(), desired);
  }
  if (loop_.now() + Duration::seconds(1) >= begin_ + scenario_.phases.total()) return;
  loop_.schedule_after(Duration::seconds(1), [this] { sample_gauges(); });
}

RunOutcome VirtualWorld::run(const Progress& progress) {
  constexpr int64_t kSteps = 200;
  const Duration total = scenario_.phases.total();
  RunOutcome outcome;
  for (int64_t step = 1; step <= kSteps && !outcome.interrupted; ++step) {
    loop_.run_until(begin_ + total * step / kSteps);
    outcome.interrupted = !progress(loop_.now() - begin_, total);
  }
  collect(outcome);
  return outcome;
}

void VirtualWorld::collect(RunOutcome& outcome) {
  for (const auto& leaf : leaves_) {
    leaf->observer.run_ended();
    leaf->server->abandon();
  }
  collect_wire();
  outcome.begin = begin_;
  outcome.window = window_;
  outcome.end = loop_.now();
  outcome.instrument = std::move(instrument_);
  finish_accounts(variant_, workload_, addresses_.leaves, outcome);
  outcome.invalid = broken_equations(outcome.accounts);
  const std::string system = "mock " + scenario_.systems.behaves_like;
  for (uint32_t leaf = 0; leaf < leaves_.size(); ++leaf) {
    outcome.roles.push_back(
        {leaf_name(leaf), system, leaves_[leaf]->server->host().cpu(), std::nullopt});
  }
  outcome.roles.push_back({"central", system, central_->host().cpu(), std::nullopt});
  outcome.faults = faults_->spans(outcome.end);
  const bool gzip = variant_.federate && variant_.federate->config.enable_compression;
  outcome.bytes_kind = sizing_.exact && !gzip ? MetricKind::kExact : MetricKind::kModel;
  outcome.time_kind = MetricKind::kSimulated;
  outcome.warnings = warnings_;
}

void VirtualWorld::collect_wire() {
  Recorder& recorder = instrument_->recorder();
  // The client opened the connections: the leaf under push, the central under pull.
  const bool push = variant_.remote_write.has_value();
  Instant at = link_.buckets().empty() ? begin_ : link_.first_bucket();
  for (const SimLink::Bucket& bucket : link_.buckets()) {
    recorder.wire_bytes(at, push ? bucket.to_server : bucket.to_client,
                        push ? bucket.to_client : bucket.to_server);
    at += SimLink::kBucket;
  }
  recorder.count("connections", link_.connections_opened());
  if (push) {
    for (const auto& leaf : leaves_) {
      const SentRequests sent = leaf->server->sent();
      recorder.count("requests", sent.attempts);
      recorder.count("requests_failed", sent.failed);
    }
  } else {
    recorder.count("requests", central_->fetches());
    recorder.count("requests_failed", central_->fetches_failed());
  }
}

}  // namespace pushpull
