// Push over real sockets in one process, every sample verified at the central by its value: samples
// per second and core.
//   PushStage  committed record → sender → HTTP → receiver → verified
//   WholePath  target → HTTP → parsed by the leaf → sender → HTTP → receiver → verified
// CPU time is of the whole process (both ends); items_per_second is samples per second of CPU, so
// it reads as samples/s per core. No link in the path. Real sizes: --benchmark_filter=1000000; the
// smoke size keeps the benchmark from rotting.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "harness/measure/series_index.h"
#include "harness/measure/workload_series.h"
#include "harness/net_http/http_server.h"
#include "harness/net_http/http_transport.h"
#include "harness/prometheus/sample_storage.h"
#include "harness/prometheus/server.h"
#include "harness/roles/null_observer.h"
#include "harness/roles/target_service.h"
#include "harness/workload/workload.h"

namespace pushpull {
namespace {

constexpr uint32_t kSeriesPerTarget = 5000;

// Verifies everything that arrives; the ordinal of a sample is in its timestamp here.
class Verifier : public NullObserver {
 public:
  Verifier(const Workload& workload, const SeriesRegistry& registry)
      : known_(workload),
        index_(known_, [&registry](uint64_t ref) { return registry.labels(ref); }) {}

  using NullObserver::received;
  void received(std::span<const ForeignSample> samples, Instant /*visible*/) override {
    for (const ForeignSample& sample : samples) {
      const SeriesId id = index_.of(sample.ref);
      if (id.kind != SeriesId::Kind::kWorkload) continue;
      const auto ordinal =
          static_cast<uint64_t>(ordinal_of_ ? ordinal_of_(id.target, sample.timestamp_ms)
                                            : sample.timestamp_ms - kFirstMs);
      if (known_.value(id.target, id.position, ordinal) != sample.value) ++wrong_;
      if (++seen_ == awaited_) done_.set_value();
    }
  }

  // Before each measurement. `ordinal_of` may be empty.
  std::future<void> await(int64_t samples) {
    seen_ = 0;
    awaited_ = samples;
    done_ = {};
    return done_.get_future();
  }
  // Samples without the value that was scraped, so far. Any thread.
  int64_t wrong() const { return wrong_; }
  std::function<int64_t(uint32_t target, int64_t timestamp_ms)> ordinal_of_;
  static constexpr int64_t kFirstMs = 1'767'225'600'000;

 private:
  WorkloadSeries known_;
  SeriesIndex index_;
  int64_t seen_ = 0;
  std::atomic<int64_t> wrong_ = 0;
  int64_t awaited_ = 0;
  std::promise<void> done_;
};

// A central behind a socket, with its own loop thread.
class Central {
 public:
  explicit Central(const Workload& workload)
      : storage_(Labels(), profile_), verifier_(workload, storage_.registry()), transport_(loop_) {
    ServerOptions options;
    options.profile = profile_;
    options.enable_receiver = true;
    server_.emplace(loop_, transport_, storage_, verifier_, std::move(options));
    web_ = HttpServer::start(loop_, *server_, "127.0.0.1:0").value();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Central() {
    loop_.stop();
    thread_.join();
    web_.reset();
  }
  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(web_->port()) + "/api/v1/write";
  }
  // Runs `task` on the loop thread and waits.
  void on_loop(const std::function<void()>& task) {
    std::promise<void> done;
    loop_.post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }
  Verifier& verifier() { return verifier_; }

 private:
  ReleaseProfile profile_ =
      release_profile("2.42").value();  // takes timestamps of any age into the future
  RealLoop loop_;
  SampleStorage storage_;
  Verifier verifier_;
  HttpTransport transport_;
  std::optional<Server> server_;
  std::unique_ptr<HttpServer> web_;
  std::thread thread_;
};

RemoteWriteConfig push_to(const std::string& url, int64_t shards) {
  RemoteWriteConfig config = remote_write_defaults(release_profile("3.5").value());
  config.url = url;
  config.name = "central";
  config.queue_config.min_shards = config.queue_config.max_shards = shards;
  return config;
}

Workload workload_of(int64_t series) {
  const auto targets = static_cast<uint32_t>((series + kSeriesPerTarget - 1) / kSeriesPerTarget);
  return Workload::make(
             {.leaves = 1, .targets = targets, .series = static_cast<uint64_t>(series), .seed = 1})
      .value();
}

// Labels of synthetic layouts, encoded once.
class GeneratorLabels : public LabelSource {
 public:
  std::shared_ptr<const wire::LabelBlock> labels(const Layout& layout) override {
    std::shared_ptr<const wire::LabelBlock>& block = blocks_[&layout];
    if (block != nullptr) return block;
    wire::LabelBlock::Builder builder;
    for (uint32_t p = 0; p < layout.size(); ++p) builder.add(layout.target()->stored_labels(p));
    return block = builder.build();
  }

 private:
  std::unordered_map<const Layout*, std::shared_ptr<const wire::LabelBlock>> blocks_;
};

void PushStage(benchmark::State& state) {
  const Workload workload = workload_of(state.range(0));
  Central central(workload);
  RealLoop loop;
  HttpTransport transport(loop);
  GeneratorLabels labels;
  NullObserver observer;
  Wal wal(Duration::hours(2));
  const ReleaseProfile profile = release_profile("3.5").value();
  RemoteStorage sender({loop, transport, labels, observer, wal}, push_to(central.url(), 2), profile,
                       {});
  std::thread thread([&loop] { loop.run(); });

  std::vector<std::shared_ptr<const Layout>> layouts;
  uint64_t ref = 1;
  for (const Target& target : workload.targets()) {
    layouts.push_back(std::make_shared<Layout>(ref, target.size(), &target));
    ref += target.size();
  }
  // One round: a scrape of every target, committed at once.
  const auto round = [&](uint64_t ordinal) {
    std::future<void> done;
    central.on_loop([&] { done = central.verifier().await(state.range(0)); });
    loop.post([&, ordinal] {
      for (const auto& layout : layouts) {
        auto record = std::make_shared<Record>();
        record->layout = layout;
        record->ordinal = ordinal;
        record->timestamp_ms = Verifier::kFirstMs + static_cast<int64_t>(ordinal);
        wal.append(Slice::whole(std::move(record)), loop.now());
      }
      sender.notify();
    });
    done.wait();
  };
  uint64_t ordinal = 0;
  round(ordinal++);  // series are new once
  for (auto _ : state) {
    round(ordinal++);
  }
  if (central.verifier().wrong() != 0) state.SkipWithError("samples arrived with a wrong value");
  state.SetItemsProcessed(state.iterations() * state.range(0));
  loop.stop();
  thread.join();
}
BENCHMARK(PushStage)->Arg(20'000)->Arg(1'000'000)->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);

// The leaf scrapes every target once per round, on its own grid; a round lasts as long as it takes,
// so the interval only has to be long enough.
void WholePath(benchmark::State& state) {
  const Workload workload = workload_of(state.range(0));
  Central central(workload);
  RealLoop loop;
  HttpTransport transport(loop);
  NullObserver observer;
  const ReleaseProfile profile = release_profile("3.5").value();
  SampleStorage storage(Labels(), profile);
  // Which scrape a timestamp belongs to: scrapes of a target are answered in order, one per
  // interval.
  std::mutex mutex;
  std::vector<std::vector<int64_t>> answered(workload.targets().size());
  TargetService service(loop, workload.targets(),
                        [&](uint32_t target, uint64_t /*ordinal*/, Instant arrival) {
                          const std::lock_guard lock(mutex);
                          answered[target].push_back(arrival.unix_ms());
                        });
  std::unique_ptr<HttpServer> web = HttpServer::start(loop, service, "127.0.0.1:0").value();
  central.verifier().ordinal_of_ = [&](uint32_t target, int64_t timestamp_ms) {
    const std::lock_guard lock(mutex);
    const std::vector<int64_t>& times = answered[target];
    return std::ranges::lower_bound(times, timestamp_ms - 2) - times.begin();
  };
  ServerOptions options;
  options.profile = profile;
  options.remote_write = {push_to(central.url(), 2)};
  const Duration interval = Duration::milliseconds(std::max<int64_t>(200, state.range(0) / 250));
  for (const Target& target : workload.targets()) {
    ScrapeTarget scrape;
    scrape.endpoint = "127.0.0.1:" + std::to_string(web->port());
    scrape.path = target.path();
    scrape.labels = target.target_labels();
    scrape.identity = target.target_labels();
    scrape.interval = scrape.timeout = interval;
    options.targets.push_back(std::move(scrape));
  }
  std::optional<Server> leaf;
  std::thread thread([&loop] { loop.run(); });
  std::promise<void> started;
  const std::function<void()> start = [&] {
    leaf.emplace(loop, transport, storage, observer, std::move(options));
    started.set_value();
  };
  loop.post([&start] { start(); });
  started.get_future().wait();
  const auto round = [&] {
    std::future<void> done;
    central.on_loop([&] { done = central.verifier().await(state.range(0)); });
    done.wait();
  };
  round();  // series are new once
  for (auto _ : state) {
    round();
  }
  if (central.verifier().wrong() != 0) state.SkipWithError("samples arrived with a wrong value");
  state.SetItemsProcessed(state.iterations() * state.range(0));
  loop.stop();
  thread.join();
  web.reset();
  // The central still works off what was on its way, and must not look at what ends here.
  central.on_loop([&] { central.verifier().ordinal_of_ = nullptr; });
}
BENCHMARK(WholePath)->Arg(20'000)->Arg(1'000'000)->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);

}  // namespace
}  // namespace pushpull
