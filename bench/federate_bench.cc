// Pull over real sockets in one process, every sample verified at the central by its value: samples
// per second and core.
//   Federate      leaf's head → /federate generated → HTTP → parsed by the central → verified
//   FederateGzip  the same, compressed as Prometheus compresses it
// Before each answer the leaf's head takes the next scrape of every target, which is counted too.
// CPU time is of the whole process (both ends); items_per_second is samples per second of CPU, so
// it reads as samples/s per core. Real sizes: --benchmark_filter=1000000; the smoke size keeps the
// benchmark from rotting.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/loopback_bench.h"
#include "harness/remote_write/write_payload.h"

namespace pushpull {
namespace {

// In front of a leaf: every fetch finds a newer scrape of each target than the last one did.
class FreshLeaf : public Service {
 public:
  FreshLeaf(const Workload& workload, PrometheusThread& leaf, Verifier& verifier)
      : workload_(workload), leaf_(leaf), verifier_(verifier) {
    for (const Target& target : workload.targets()) layouts_.push_back(stored_layout(target));
  }

  Service* before(Server& server) {
    server_ = &server;
    return this;
  }
  Decoder decoder(const Request& request) const override { return server_->decoder(request); }
  Work receive_work(const Request& request) const override {
    return server_->receive_work(request);
  }
  void handle(Arrival arrival, Respond respond) override {
    commit(leaf_.loop().now());
    server_->handle(std::move(arrival), std::move(respond));
  }

 private:
  // The target's series as the leaf's storage numbers them, which a write request makes known.
  std::shared_ptr<const Layout> stored_layout(const Target& target) {
    wire::LabelBlock::Builder labels;
    for (uint32_t p = 0; p < target.size(); ++p) labels.add(target.stored_labels(p));
    auto record = std::make_shared<Record>();
    record->layout = std::make_shared<Layout>(1, target.size(), &target);
    record->ordinal = 0;
    const wire::WriteSlice slice = {Slice::whole(std::move(record)), labels.build()};
    std::string memory;
    const WrittenPayload written(
        wire::decode_write_request(std::string(wire::encode_write_request({&slice, 1}, memory)))
            .value());
    return leaf_.storage().read_write(written, Instant()).value().slices.front().record->layout;
  }

  void commit(Instant now) {
    for (const Target& target : workload_.targets()) {
      auto record = std::make_shared<Record>();
      record->layout = layouts_[target.id()];
      record->timestamp_ms = now.unix_ms();
      target.values(ordinal_, record->values);
      leaf_.storage().head().append(Slice::whole(std::move(record)), {INT64_MIN, INT64_MAX},
                                    [](const Slice&, Fate) {});
      verifier_.answered(target.id(), ordinal_, now);
    }
    ++ordinal_;
  }

  const Workload& workload_;
  PrometheusThread& leaf_;
  Verifier& verifier_;
  Server* server_ = nullptr;
  std::vector<std::shared_ptr<const Layout>> layouts_;
  uint64_t ordinal_ = 0;
};

// The central fetches again as soon as it has taken the last answer.
void federate(benchmark::State& state, bool compressed) {
  const Workload workload = workload_of(state.range(0));
  PrometheusThread leaf("3.5");
  Central central(workload, "3.5");
  FreshLeaf fresh(workload, leaf, central.verifier);
  NullObserver observer;
  leaf.start(observer, {}, [&fresh](Server& server) { return fresh.before(server); });

  ScrapeTarget source;
  source.endpoint = leaf.endpoint();
  source.path = "/federate";
  source.query = "match[]=" + percent_encode("{__name__=~\".+\"}");
  source.labels = source.identity = Labels({{"instance", source.endpoint}, {"job", "federate"}});
  source.honor_labels = true;
  source.compressed = compressed;
  source.parse_work = Work::Kind::kFederateParse;
  source.interval = Duration::milliseconds(10);
  source.timeout = Duration::minutes(2);
  ServerOptions options;
  options.targets = {std::move(source)};
  central.server.start(central.verifier, std::move(options));
  measure_rounds(state, central.verifier);
  leaf.stop();
}

void Federate(benchmark::State& state) { federate(state, false); }
BENCHMARK(Federate)->Arg(20'000)->Arg(1'000'000)->MeasureProcessCPUTime()->Unit(
    benchmark::kMillisecond);

void FederateGzip(benchmark::State& state) { federate(state, true); }
BENCHMARK(FederateGzip)
    ->Arg(20'000)
    ->Arg(1'000'000)
    ->MeasureProcessCPUTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pushpull
