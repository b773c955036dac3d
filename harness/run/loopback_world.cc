#include "harness/run/loopback_world.h"

#include <unistd.h>

#include <algorithm>
#include <numeric>

#include "harness/loop/real_loop.h"
#include "harness/measure/conservation.h"
#include "harness/measure/journal_merge.h"
#include "harness/net_http/http_transport.h"
#include "harness/run/accounting.h"
#include "harness/run/acknowledged_central.h"
#include "harness/run/blindness.h"
#include "harness/run/foreign_central.h"
#include "harness/run/foreign_leaf.h"
#include "harness/run/harness_verdict.h"
#include "harness/run/loopback_cluster.h"
#include "harness/run/loopback_faults.h"
#include "harness/run/server_metrics.h"

namespace pushpull {
namespace {

constexpr Duration kStep = Duration::milliseconds(20);
constexpr Duration kReadyWithin = Duration::seconds(30);
constexpr Duration kStoppedWithin = Duration::seconds(30);
// What was on its way when leaves fell silent has arrived by then.
constexpr Duration kSettle = Duration::milliseconds(100);
// Read back from this much before the start: a sample may be dated before its scrape.
constexpr Duration kMargin = Duration::seconds(1);
constexpr Duration kMetricsEvery = Duration::seconds(1);
// Above this, timestamps and journals do not belong together any more.
constexpr Duration kLargestClockStep = Duration::milliseconds(1);

using Progress = std::function<bool(Duration done, Duration total)>;

class LoopbackWorld {
 public:
  LoopbackWorld(const Scenario& scenario, const Variant& variant, const Workload& workload,
                const LoopbackOptions& options, const Progress& progress)
      : scenario_(scenario),
        variant_(variant),
        workload_(workload),
        options_(options),
        progress_(progress) {}

  Result<RunOutcome> run();

 private:
  bool pass_until(Instant until);
  bool watch();
  bool await_ready();
  Duration alignment() const;
  void schedule();
  void poll_metrics();
  ForeignCentralSpec foreign_spec(Instant end) const;
  void silence_leaves();
  void read_back(Instant end);
  void stop_all();
  std::unique_ptr<Instrument> make_instrument() const;
  std::vector<std::string> whole_journals(RunOutcome& outcome) const;
  void merge(RunOutcome& outcome);
  Witnesses witnesses() const;
  void judge_harness(RunOutcome& outcome) const;

  const Scenario& scenario_;
  const Variant& variant_;
  const Workload& workload_;
  const LoopbackOptions& options_;
  const Progress& progress_;

  RealLoop loop_;
  HttpTransport transport_{loop_};
  std::unique_ptr<LoopbackCluster> cluster_;
  Instant started_;                 // roles, and so the first scrapes
  Instant begin_ = Instant::max();  // of warm-up, once everyone is ready
  Window window_;
  std::unique_ptr<LoopbackFaults> faults_;
  std::vector<MetricsSample> metrics_;
  std::vector<std::string> failures_;
  bool interrupted_ = false;
  bool polling_ = true;                      // what leaves say about themselves
  std::unique_ptr<ForeignCentral> foreign_;  // where the central is not ours, once it was read
};

Result<RunOutcome> LoopbackWorld::run() {
  Result<std::unique_ptr<LoopbackCluster>> cluster =
      LoopbackCluster::make(scenario_, variant_, workload_, options_, loop_.anchor());
  if (!cluster) return cluster.error();
  cluster_ = std::move(*cluster);
  faults_ = std::make_unique<LoopbackFaults>(variant_, workload_.leaves(), *cluster_);
  started_ = loop_.now();
  const Status started = cluster_->start();
  if (!started) return started.error();
  if (!await_ready()) return Error{failures_.empty() ? "interrupted" : failures_.front()};

  // Both engines meet the same phases: scrape grids are fixed in absolute time, and virtual time
  // begins on a multiple.
  const Duration grid = alignment();
  const Instant now = loop_.now();
  begin_ = now + (grid - Duration::nanoseconds(now.unix_ns() % grid.ns()));
  window_ = {begin_ + scenario_.phases.warmup,
             begin_ + scenario_.phases.warmup + scenario_.phases.measure};
  if (pass_until(begin_)) {
    schedule();
    pass_until(begin_ + scenario_.phases.total());
  }
  RunOutcome outcome;
  outcome.end = loop_.now();
  cluster_->probe();
  if (!cluster_->central_system().journals()) silence_leaves();
  if (cluster_->central_system().read_api() != nullptr) read_back(outcome.end);
  stop_all();
  merge(outcome);
  return outcome;
}

// The least common multiple of the intervals, in milliseconds; at most a minute.
Duration LoopbackWorld::alignment() const {
  int64_t grid = scenario_.workload.scrape_interval.ms();
  if (variant_.federate)
    grid = std::lcm(grid, std::max<int64_t>(variant_.federate->config.scrape_interval.ms(), 1));
  return Duration::milliseconds(std::clamp<int64_t>(grid, 100, 60'000));
}

// Runs the loop until then. False: the user or a role that died ended the run.
bool LoopbackWorld::pass_until(Instant until) {
  while (loop_.now() < until) {
    loop_.schedule_at(std::min(until, loop_.now() + kStep), [this] { loop_.stop(); });
    loop_.run();
    if (!watch()) return false;
  }
  return true;
}

bool LoopbackWorld::watch() {
  if (const Status restarted = faults_->watch(); !restarted) {
    failures_.push_back(restarted.error().message);
  }
  if (const std::optional<std::string> dead = cluster_->casualty()) failures_.push_back(*dead);
  const Duration done = std::max(loop_.now() - begin_, Duration());
  const Duration total = scenario_.phases.total();
  if (!progress_(std::min(done, total), total) || !failures_.empty()) interrupted_ = true;
  return !interrupted_;
}

bool LoopbackWorld::await_ready() {
  for (const std::string& endpoint : cluster_->servers()) {
    bool ready = false;
    const Instant deadline = loop_.now() + kReadyWithin;
    while (!ready) {
      bool answered = false;
      Request request;
      request.path = "/-/ready";
      transport_.send(endpoint, std::move(request), Duration::seconds(2), {}, Work::Kind::kNone,
                      [&](const Exchange& exchange) {
                        answered = true;
                        ready = !exchange.failed && exchange.response.status == 200;
                        loop_.stop();
                      });
      while (!answered) loop_.run();
      if (!ready && loop_.now() > deadline) {
        failures_.push_back("the server at " + endpoint + " was not ready within " +
                            std::to_string(kReadyWithin / Duration::seconds(1)) + " s; see " +
                            options_.folder);
      }
      if (!pass_until(loop_.now() + kStep)) return false;
    }
  }
  return true;
}

void LoopbackWorld::schedule() {
  faults_->schedule(loop_, scenario_.timeline, window_.begin);
  loop_.schedule_at(window_.end + kScrapeGrace, [this] {
    for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) {
      cluster_->command(targets_name(leaf), "stop");
    }
  });
  poll_metrics();
}

// Each second: what the leaves say about their queues. Real servers say it under the same names.
void LoopbackWorld::poll_metrics() {
  if (!variant_.remote_write || !polling_) return;
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) {
    Request request;
    request.path = "/metrics";
    transport_.send(
        cluster_->leaf_endpoint(leaf), std::move(request), kMetricsEvery, {}, Work::Kind::kNone,
        [this, leaf](const Exchange& exchange) {
          if (exchange.failed || exchange.response.status != 200) return;
          metrics_.push_back(read_metrics(leaf, loop_.now(), exchange.response.body.bytes));
        });
  }
  loop_.schedule_after(kMetricsEvery, [this] { poll_metrics(); });
}

ForeignCentralSpec LoopbackWorld::foreign_spec(Instant end) const {
  ForeignCentralSpec spec;
  spec.end = end;
  spec.scrape_interval = scenario_.workload.scrape_interval;
  spec.max_delay = scenario_.workload.scrape_timeout;
  spec.read_at = loop_.now();
  spec.leaves = sent_labels(variant_, workload_.leaves());
  spec.value_error =
      cluster_->leaf_system().value_error() + cluster_->central_system().value_error();
  if (variant_.federate) {
    spec.fetched = cluster_->addresses().leaves;
    spec.fetch_interval = variant_.federate->config.scrape_interval;
  }
  return spec;
}

// Nothing arrives any more: leaves of ours say what they still hold and end. A real one would flush
// when it is stopped, so its link is cut and it ends later.
void LoopbackWorld::silence_leaves() {
  polling_ = false;
  if (cluster_->leaf_system().journals()) {
    cluster_->finish_leaves();
  } else {
    cluster_->command("link", to_line(LinkState::kDown));
  }
  const Instant settled = loop_.now() + kSettle;
  const Instant deadline = loop_.now() + kStoppedWithin;
  const auto wait = [&] {
    const bool ending = cluster_->leaf_system().journals() && !cluster_->leaves_finished();
    return loop_.now() < settled || (ending && loop_.now() < deadline);
  };
  while (wait()) {
    loop_.schedule_after(kStep, [this] { loop_.stop(); });
    loop_.run();
  }
}

// A central that is not ours tells nothing when it ends: it is asked before.
void LoopbackWorld::read_back(Instant end) {
  foreign_ = std::make_unique<ForeignCentral>(workload_, foreign_spec(end));
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) {
    const Status followed = foreign_->follow(cluster_->journal(targets_name(leaf)));
    if (!followed) return failures_.push_back(followed.error().message);
  }
  const Status read = read_back_all(
      loop_, *cluster_->central_system().read_api(), transport_, cluster_->central_endpoint(),
      plan_read_back(foreign_->parts(), (started_ - kMargin).unix_ms(),
                     (loop_.now() + kMargin).unix_ms()),
      [this](const wire::WrittenRequest& samples) { foreign_->take(samples); });
  if (!read) failures_.push_back(read.error().message);
}

void LoopbackWorld::stop_all() {
  cluster_->finish();
  const Instant deadline = loop_.now() + kStoppedWithin;
  while (!cluster_->finished() && loop_.now() < deadline) {
    loop_.schedule_after(kStep, [this] { loop_.stop(); });
    loop_.run();
  }
  if (!cluster_->finished()) failures_.push_back("a role did not stop within 30 s and was killed");
}

// Roles scrape from their start on, before warm-up begins: the run's time series begin a whole
// number of seconds before it.
std::unique_ptr<Instrument> LoopbackWorld::make_instrument() const {
  const Duration second = Duration::seconds(1);
  const Instant first = begin_ - second * ((begin_ - started_) / second + 1);
  return std::make_unique<Instrument>(static_cast<uint32_t>(workload_.targets().size()), window_,
                                      first);
}

// Journals of all roles, those written on behalf of servers that write none included.
std::vector<std::string> LoopbackWorld::whole_journals(RunOutcome& outcome) const {
  const auto note = [&](const Status& written) {
    if (!written) outcome.invalid.push_back(written.error().message);
  };
  std::vector<std::string> leaves;
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) {
    const std::string path = cluster_->journal(leaf_name(leaf));
    if (cluster_->leaf_system().journals()) {
      leaves.push_back(path);
    } else {
      note(write_foreign_leaf(cluster_->journal(targets_name(leaf)), workload_,
                              scenario_.workload.scrape_interval,
                              sent_labels(variant_, leaf + 1).back(), path));
    }
  }
  const std::string central = cluster_->journal("central");
  if (foreign_ != nullptr) note(foreign_->write(leaves, central));
  if (!cluster_->central_system().runs()) {
    std::vector<std::string> targets;
    for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf)
      targets.push_back(cluster_->journal(targets_name(leaf)));
    note(write_acknowledged_central(targets, leaves, workload_, scenario_.workload.scrape_timeout,
                                    central));
  }
  return cluster_->journals();
}

void LoopbackWorld::merge(RunOutcome& outcome) {
  outcome.begin = begin_;
  outcome.window = window_;
  outcome.faults = faults_->spans(outcome.end);
  outcome.interrupted = interrupted_;
  outcome.invalid = failures_;
  outcome.bytes_kind = outcome.time_kind = MetricKind::kMeasured;
  outcome.roles = cluster_->usage();
  outcome.instrument = make_instrument();
  const Result<MergedJournals> merged = merge_journals(
      whole_journals(outcome), scenario_.workload.scrape_timeout, *outcome.instrument);
  if (!merged) {
    outcome.invalid.push_back(merged.error().message);
    outcome.instrument = make_instrument();
  } else {
    outcome.warnings = merged->torn;
  }
  record_metrics(metrics_, !cluster_->leaf_system().journals(), outcome.instrument->recorder());
  finish_accounts(variant_, workload_, cluster_->addresses().leaves, outcome);
  outcome.accounts.leaf_made_told = cluster_->leaf_system().journals();
  tell_blindness(witnesses(), outcome);
  for (std::string& broken : broken_equations(outcome.accounts))
    outcome.invalid.push_back(std::move(broken));
  // Of a machine that the central is not on, this would be no share.
  if (cluster_->central_system().runs()) outcome.harness_share = harness_share(outcome.roles);
  judge_harness(outcome);
  const Duration step = measure_anchor() - loop_.anchor();
  if (std::max(step, -step) > kLargestClockStep) {
    outcome.warnings.push_back("the clock stepped by " + std::to_string(step.ns() / 1000) +
                               " us during the run: freshness lag is not valid");
  }
}

Witnesses LoopbackWorld::witnesses() const {
  const System& leaf = cluster_->leaf_system();
  const System& central = cluster_->central_system();
  Witnesses witnesses;
  witnesses.push = variant_.remote_write.has_value();
  witnesses.leaf_journals = leaf.journals();
  witnesses.leaf_tells_queues = leaf.tells_queues();
  witnesses.central_journals = central.journals();
  witnesses.central_runs = central.runs();
  witnesses.central_shows_duplicates =
      central.read_api() != nullptr && central.read_api()->shows_duplicates();
  for (const System* system : {&leaf, &central}) {
    if (system->value_error() > 0) witnesses.rounding.emplace_back(system->name());
  }
  return witnesses;
}

void LoopbackWorld::judge_harness(RunOutcome& outcome) const {
  HarnessLoad load;
  load.share = outcome.harness_share;
  load.lateness_p99 = outcome.instrument->recorder().generator_lateness().quantile(0.99);
  load.scrape_interval = scenario_.workload.scrape_interval;
  for (const RoleUsage& role : outcome.roles) load.cpu += role.cpu;
  load.wall = outcome.end - outcome.begin;
  load.cpus = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
  if (auto verdict = harness_verdict(load)) outcome.warnings.push_back(std::move(*verdict));
}

}  // namespace

Result<RunOutcome> run_loopback(const Scenario& scenario, const Variant& variant,
                                const Workload& workload, const LoopbackOptions& options,
                                const Progress& progress) {
  return LoopbackWorld(scenario, variant, workload, options, progress).run();
}

}  // namespace pushpull
