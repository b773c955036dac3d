// A push run of the virtual engine, ledger on: what one core does in how long. Every benchmark
// checks that each sample was delivered. Rates are per CPU second, so they read as per core.
//   Virtual      20 leaves x 500k series in targets of 5000, 15 s, for ten minutes; by shards, and
//                by the percentage of series that are replaced every ten minutes
//   VirtualHour  one hour, 4 shards: what happens before the first scrape is not seen any more
//   VirtualDay   the same for 24 hours: the floor (README.md). Minutes; not a smoke test
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdint>
#include <string>

#include "harness/run/virtual_world.h"
#include "harness/scenario/load.h"

namespace pushpull {
namespace {

struct Size {
  int64_t leaves = 20;
  int64_t shards = 4;
  int64_t churn = 0;  // percent every ten minutes
  int64_t minutes = 10;
};

std::string scenario_text(const Size& size) {
  const std::string n = std::to_string(size.shards);
  return "version: 1\nname: virtual-bench\n"
         "workload: {leaves: " +
         std::to_string(size.leaves) +
         ", targets: 100, series: 500k, scrape_interval: 15s, churn: {percent: " +
         std::to_string(size.churn) +
         ", every: 10m}}\n"
         "links: {lan: {rtt: 1ms, bandwidth: 10Gbit/s}}\n"
         "variants:\n  push: {remote_write: {queue_config: {min_shards: " +
         n + ", max_shards: " + n +
         ", max_samples_per_send: 2000}}}\n"
         "phases: {warmup: 1m, measure: " +
         std::to_string(size.minutes) + "m, drain: 1m}\n";
}

// Hosts with cores to spare: the work of 20 leaves must not queue at one central.
Calibration free_cores() {
  Calibration calibration;
  calibration.name = "free";
  calibration.cores = 64;
  return calibration;
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void run(benchmark::State& state, const Size& size) {
  const Scenario scenario = load_scenario(scenario_text(size), "virtual_bench").value();
  const Workload workload = Workload::make(scenario.workload_spec()).value();
  const Calibration calibration = free_cores();
  int64_t samples = 0;
  int64_t slices = 0;
  for (auto _ : state) {
    VirtualWorld world(scenario, scenario.variants[0].second, workload, calibration);
    const RunOutcome outcome = world.run([](Duration, Duration) { return true; });
    const Account& account = outcome.accounts.run;
    if (!outcome.invalid.empty() || account.delivered != account.scraped)
      state.SkipWithError("not every sample was delivered");
    samples += account.delivered;
    slices += outcome.instrument->ledger().arrivals();
  }
  state.SetItemsProcessed(samples);
  state.counters["per_slice"] = benchmark::Counter(
      static_cast<double>(slices), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["peak_MiB"] = peak_mib();
}

void Virtual(benchmark::State& state) {
  run(state, {.leaves = state.range(0), .shards = state.range(1), .churn = state.range(2)});
}
BENCHMARK(Virtual)
    ->ArgNames({"leaves", "shards", "churn"})
    ->Args({1, 4, 0})
    ->Args({20, 4, 0})
    ->Args({20, 50, 0})
    ->Args({20, 4, 1})
    ->Unit(benchmark::kMillisecond);

void VirtualHour(benchmark::State& state) { run(state, {.minutes = 60}); }
BENCHMARK(VirtualHour)->Iterations(1)->Unit(benchmark::kSecond);

void VirtualDay(benchmark::State& state) { run(state, {.minutes = 24 * 60}); }
BENCHMARK(VirtualDay)->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace pushpull
