// The generator: what a synthetic target costs the harness per sample. It must stay small beside
// what it feeds (40 to 60 ns per exposed sample).
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/workload/kubernetes.h"
#include "harness/workload/target.h"
#include "harness/workload/workload.h"

namespace pushpull {
namespace {

constexpr uint32_t kSeries = 2000;

Target target_of(int64_t kind) {
  return Target(42, 0, kubernetes_shape(static_cast<TargetKind>(kind), kSeries));
}

void set_label(benchmark::State& state) {
  constexpr const char* kNames[] = {"app", "node_exporter", "cadvisor", "kube_state_metrics"};
  state.SetLabel(kNames[state.range(0)]);
  state.SetItemsProcessed(state.iterations() * kSeries);
}

// All values of a scrape.
void Values(benchmark::State& state) {
  const Target target = target_of(state.range(0));
  std::vector<double> values;
  uint64_t ordinal = 0;
  for (auto _ : state) {
    target.values(ordinal++, values);
    benchmark::DoNotOptimize(values.data());
  }
  set_label(state);
}
BENCHMARK(Values)->DenseRange(0, 3);

// One value at a time, as the verifier asks for them.
void ValueByPosition(benchmark::State& state) {
  const Target target = target_of(state.range(0));
  uint64_t ordinal = 0;
  for (auto _ : state) {
    ++ordinal;
    for (uint32_t p = 0; p < kSeries; ++p) benchmark::DoNotOptimize(target.value(p, ordinal));
  }
  set_label(state);
}
BENCHMARK(ValueByPosition)->DenseRange(0, 3);

// A scrape's text, values included.
void Expose(benchmark::State& state) {
  const Target target = target_of(state.range(0));
  std::string text;
  uint64_t ordinal = 0;
  for (auto _ : state) {
    text.clear();
    target.expose(ordinal++, text);
    benchmark::DoNotOptimize(text.data());
  }
  set_label(state);
  state.counters["bytes_per_sample"] = static_cast<double>(text.size()) / kSeries;
}
BENCHMARK(Expose)->DenseRange(0, 3);

// The slow path of a new series at a leaf.
void StoredLabels(benchmark::State& state) {
  const Target target = target_of(state.range(0));
  for (auto _ : state) {
    for (uint32_t p = 0; p < kSeries; ++p) benchmark::DoNotOptimize(target.stored_labels(p));
  }
  set_label(state);
}
BENCHMARK(StoredLabels)->DenseRange(0, 3);

// The slow path of a new series at the instrument.
void PositionOf(benchmark::State& state) {
  const Workload workload =
      std::move(Workload::make({.targets = 20, .series = 20 * kSeries}).value());
  std::vector<std::pair<uint32_t, Labels>> series;
  for (const Target& target : workload.targets()) {
    series.emplace_back(target.id(), target.stored_labels(kSeries / 2));
  }
  for (auto _ : state) {
    for (const auto& [id, labels] : series) {
      benchmark::DoNotOptimize(workload.place_of(id, labels));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(series.size()));
}
BENCHMARK(PositionOf);

}  // namespace
}  // namespace pushpull
