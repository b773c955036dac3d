// Push over real sockets in one process, every sample verified at the central by its value: samples
// per second and core.
//   PushStage  committed record → sender → HTTP → receiver → verified
//   WholePath  target → HTTP → parsed by the leaf → sender → HTTP → receiver → verified
// CPU time is of the whole process (both ends); items_per_second is samples per second of CPU, so
// it reads as samples/s per core. Real sizes: --benchmark_filter=1000000; the smoke size keeps the
// benchmark from rotting.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <vector>

#include "bench/loopback_bench.h"
#include "harness/roles/target_service.h"

namespace pushpull {
namespace {

RemoteWriteConfig push_to(const PrometheusThread& central, int64_t shards) {
  RemoteWriteConfig config = remote_write_defaults(release_profile("3.5").value());
  config.url = "http://" + central.endpoint() + "/api/v1/write";
  config.name = "central";
  config.queue_config.min_shards = config.queue_config.max_shards = shards;
  return config;
}

// It follows 2.42, which takes timestamps of the future.
struct Receiver : Central {
  explicit Receiver(const Workload& workload) : Central(workload, "2.42") {
    ServerOptions options;
    options.enable_receiver = true;
    server.start(verifier, std::move(options));
  }
};

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
  bool encodes() const override { return true; }
  Labels series(const Layout& layout, uint32_t position) override {
    return layout.target()->stored_labels(position);
  }

 private:
  std::unordered_map<const Layout*, std::shared_ptr<const wire::LabelBlock>> blocks_;
};

// Commits scrapes of all targets to a WAL and sends them.
class Sender {
 public:
  Sender(const Workload& workload, const PrometheusThread& central) {
    uint64_t ref = 1;
    for (const Target& target : workload.targets()) {
      layouts_.push_back(std::make_shared<Layout>(ref, target.size(), &target));
      ref += target.size();
    }
    thread_.run([&] {
      started_ = thread_.loop().now();
      transport_.emplace(thread_.loop());
      incoming_.emplace(thread_.loop());
      queue_.emplace(
          RemoteStorage::Context{thread_.loop(), *transport_, labels_, observer_, wal_, *incoming_},
          push_to(central, 2), release_profile("3.5").value(), Duration::minutes(1),
          WriteSizeModel());
    });
  }
  ~Sender() {
    thread_.stop();
    queue_.reset();
    incoming_.reset();
    transport_.reset();
  }

  // Older samples are not sent.
  Instant started() const { return started_; }
  // Makes one record of each target, as scrapes that were parsed.
  void scrape(uint64_t ordinal, int64_t timestamp_ms) {
    for (const std::shared_ptr<const Layout>& layout : layouts_) {
      auto record = std::make_shared<Record>();
      record->layout = layout;
      record->ordinal = ordinal;
      record->timestamp_ms = timestamp_ms;
      layout->target()->values(ordinal, record->values);
      scraped_.push_back(std::move(record));
    }
  }
  // Commits what was scraped, all at once.
  void commit() {
    thread_.loop().post([this, records = std::exchange(scraped_, {})]() mutable {
      for (RecordPtr& record : records) {
        const Slice whole = Slice::whole(std::move(record));
        wal_.append(whole, thread_.loop().now());
        incoming_->committed(whole);
      }
      queue_->notify();
    });
  }

 private:
  Instant started_;
  std::vector<RecordPtr> scraped_;
  std::vector<std::shared_ptr<const Layout>> layouts_;
  GeneratorLabels labels_;
  NullObserver observer_;
  Wal wal_{Duration::hours(2)};
  std::optional<HttpTransport> transport_;
  std::optional<IncomingSamples> incoming_;
  std::optional<RemoteStorage> queue_;
  LoopThread thread_;
};

void PushStage(benchmark::State& state) {
  const Workload workload = workload_of(state.range(0));
  Receiver central(workload);
  Sender sender(workload, central.server);
  uint64_t ordinal = 0;
  const auto scrape = [&] {
    const Duration since_start = Duration::seconds(1) * static_cast<int64_t>(ordinal + 1);
    const Instant scraped = Instant::from_unix_ms((sender.started() + since_start).unix_ms());
    for (const Target& target : workload.targets()) {
      central.verifier.answered(target.id(), ordinal, scraped);
    }
    sender.scrape(ordinal++, scraped.unix_ms());
  };
  measure_rounds(
      state, central.verifier, [&] { sender.commit(); }, scrape);
}
BENCHMARK(PushStage)->Arg(20'000)->Arg(1'000'000)->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);

// The leaf scrapes every target once per round, on its own grid; a round lasts as long as it takes,
// so the interval only has to be long enough.
void WholePath(benchmark::State& state) {
  const Workload workload = workload_of(state.range(0));
  Receiver central(workload);
  LoopThread exposing;
  TargetService service(exposing.loop(), workload.targets(),
                        [&central](uint32_t target, uint64_t ordinal, Instant arrival) {
                          central.verifier.answered(target, ordinal, arrival);
                        });
  std::unique_ptr<HttpServer> targets;
  exposing.run(
      [&] { targets = HttpServer::start(exposing.loop(), service, "127.0.0.1:0").value(); });

  ServerOptions options;
  options.remote_write = {push_to(central.server, 2)};
  const Duration interval = Duration::milliseconds(std::max<int64_t>(200, state.range(0) / 250));
  for (const Target& target : workload.targets()) {
    ScrapeTarget scrape;
    scrape.endpoint = "127.0.0.1:" + std::to_string(targets->port());
    scrape.path = target.path();
    scrape.labels = target.target_labels();
    scrape.identity = target.target_labels();
    scrape.interval = scrape.timeout = interval;
    options.targets.push_back(std::move(scrape));
  }
  NullObserver observer;
  {
    PrometheusThread leaf("3.5");
    leaf.start(observer, std::move(options));
    measure_rounds(state, central.verifier);
  }
  exposing.stop();
  targets.reset();
}
BENCHMARK(WholePath)->Arg(20'000)->Arg(1'000'000)->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);

}  // namespace
}  // namespace pushpull
