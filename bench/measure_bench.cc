// What the instrument costs: the ledger per sample, the histogram per record.
#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "harness/base/random.h"
#include "harness/measure/histogram.h"
#include "harness/measure/ledger.h"

namespace pushpull {
namespace {

constexpr uint32_t kSeries = 5000;
constexpr uint64_t kOrdinals = 64;
constexpr Instant kNow = Instant::from_unix_ms(1'000'000);

// Marks whole scrapes as `shards` slices each, every scrape complete in the end.
void BM_LedgerMark(benchmark::State& state) {
  const auto shards = static_cast<uint32_t>(state.range(0));
  auto record = std::make_shared<Record>();
  record->layout = std::make_shared<Layout>(1, kSeries, nullptr);
  std::vector<Slice> slices;
  for (const ShardPositions& shard : record->layout->shard_positions(shards)) {
    slices.push_back(Slice{record, &shard, 0, shard.count()});
  }
  for (auto _ : state) {
    state.PauseTiming();
    Ledger ledger(1, Window{kNow, kNow});
    for (uint64_t k = 0; k < kOrdinals; ++k) ledger.scraped(0, k, kSeries, kNow, kNow);
    state.ResumeTiming();
    for (uint64_t k = 0; k < kOrdinals; ++k) {
      for (const Slice& slice : slices) benchmark::DoNotOptimize(ledger.mark(0, k, slice));
    }
  }
  state.counters["per_sample"] = benchmark::Counter(
      static_cast<double>(kSeries * kOrdinals),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_LedgerMark)->ArgName("shards")->Arg(1)->Arg(4)->Arg(50);

void BM_HistogramRecord(benchmark::State& state) {
  Random random(1, "bench");
  std::vector<Duration> values;
  for (int i = 0; i < 4096; ++i) {
    values.push_back(Duration::nanoseconds(static_cast<int64_t>(random.below(30'000'000'000))));
  }
  Histogram histogram;
  size_t i = 0;
  for (auto _ : state) histogram.record(values[i++ % values.size()], 500);
  benchmark::DoNotOptimize(histogram.count());
}
BENCHMARK(BM_HistogramRecord);

}  // namespace
}  // namespace pushpull
