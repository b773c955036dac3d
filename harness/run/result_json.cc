#include "harness/run/result_json.h"

#include <cmath>
#include <string_view>

#include "harness/run/metrics.h"

namespace pushpull {
namespace {

using Json = nlohmann::ordered_json;

std::string_view name_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::kExact:
      return "exact";
    case MetricKind::kSimulated:
      return "simulated";
    case MetricKind::kMeasured:
      return "measured";
    case MetricKind::kModel:
      return "model";
  }
  return "";
}

std::string_view name_of(Better better) {
  switch (better) {
    case Better::kNone:
      return "none";
    case Better::kLower:
      return "lower";
    case Better::kHigher:
      return "higher";
  }
  return "";
}

Json optional(const std::optional<Duration>& d) {
  return d ? Json(d->in_seconds()) : Json(nullptr);
}

Json number(double value) {
  if (value != value) return nullptr;
  // Whole numbers are written as such: smaller, and exact in every reader.
  const auto whole = static_cast<int64_t>(value);
  if (value > -0x1p53 && value < 0x1p53 && static_cast<double>(whole) == value) return whole;
  return value;
}

Json metrics_json(const RunOutcome& outcome) {
  Json out = Json::array();
  for (const Metric& metric : metrics_of(outcome)) {
    out.push_back({{"name", metric.name},
                   {"unit", metric.unit},
                   {"kind", name_of(metric.kind)},
                   {"better", name_of(metric.better)},
                   {"value", metric.value ? number(*metric.value) : Json(nullptr)}});
  }
  return out;
}

Json losses_json(const Account& window) {
  Json out = Json::array();
  for (int c = 0; c < kLossCauses; ++c) {
    const auto cause = static_cast<LossCause>(c);
    if (window.lost_for(cause) > 0) {
      out.push_back({{"cause", loss_cause_name(cause)}, {"samples", window.lost_for(cause)}});
    }
  }
  return out;
}

Json histogram_json(const Histogram& histogram) {
  Json buckets = Json::array();
  histogram.for_each_bucket([&](Duration low, Duration high, uint64_t count) {
    buckets.push_back({low.in_seconds(), high.in_seconds(), count});
  });
  return {{"unit", "s"},
          {"count", histogram.count()},
          {"infinite", histogram.infinite()},
          {"min", optional(histogram.min())},
          {"max", optional(histogram.max())},
          {"mean", optional(histogram.mean())},
          {"buckets", std::move(buckets)}};
}

Json histograms_json(const RunOutcome& outcome) {
  const Recorder& recorder = outcome.instrument->recorder();
  Json out = Json::object();
  const auto add = [&](const std::string& name, const Histogram& histogram) {
    out[name] = outcome.observable(name) ? histogram_json(histogram) : Json(nullptr);
  };
  add("freshness_lag", recorder.freshness_lag());
  add("reader_staleness", recorder.reader_staleness());
  add("generator_lateness", recorder.generator_lateness());
  return out;
}

Json not_observable_json(const RunOutcome& outcome) {
  Json out = Json::array();
  for (const NotObservable& hidden : outcome.not_observable)
    out.push_back({{"figure", hidden.figure}, {"why", hidden.why}});
  return out;
}

// Thousandths are enough for whatever is drawn, and half as long.
Json rounded(double value) { return number(std::round(value * 1000) / 1000); }

Json series_json(const RunOutcome& outcome, const TimeSeries& series) {
  const Instant zero = outcome.window.begin;
  Json columns = Json::object();
  for (const TimeSeries::Column& column : series.columns()) {
    if (!outcome.observable(column.name)) continue;
    Json values = Json::array();
    for (const double value : column.values) values.push_back(rounded(value));
    columns[column.name] = std::move(values);
  }
  return {{"step_s", number(series.step().in_seconds())},
          {"start_s", number((series.begin() - zero).in_seconds())},
          {"columns", std::move(columns)}};
}

// Sums of 100 ms, or of seconds in long runs, of which nobody looks at single round trips.
Json wire_json(const RunOutcome& outcome, const TimeSeries& wire) {
  constexpr size_t kMostRows = 10'000;
  if (wire.rows() <= kMostRows) return series_json(outcome, wire);
  return series_json(outcome, sums(wire, Duration::seconds(1)));
}

// In tenths of a second, rounded: a look-back is minutes, and there are thousands of values.
Json raster_json(const RunOutcome& outcome) {
  if (!outcome.observable("reader_staleness")) return nullptr;
  const StalenessRaster& raster = outcome.instrument->recorder().raster();
  const Instant zero = outcome.window.begin;
  Json ages = Json::array();
  for (const TimeSeries::Column& column : raster.ages().columns()) {
    Json values = Json::array();
    for (const double age : column.values) values.push_back(number(std::round(age * 10) / 10));
    ages.push_back(std::move(values));
  }
  return {{"step_s", number(raster.ages().step().in_seconds())},
          {"start_s", number((raster.ages().begin() - zero).in_seconds())},
          {"targets", raster.targets()},
          {"staleness_s", std::move(ages)}};
}

Json roles_json(const RunOutcome& outcome) {
  Json out = Json::array();
  for (const RoleUsage& usage : outcome.roles) {
    out.push_back(
        {{"role", usage.role},
         {"system", usage.system},
         {"kind", name_of(outcome.time_kind)},
         {"cpu_seconds", usage.cpu.in_seconds()},
         {"peak_rss_bytes", usage.peak_rss_bytes ? Json(*usage.peak_rss_bytes) : Json(nullptr)}});
  }
  return out;
}

Json axes_json(const std::vector<AxisValue>& axes) {
  Json out = Json::object();
  for (const AxisValue& axis : axes) {
    out[axis.path] = {{"text", axis.text},
                      {"value", axis.number ? number(*axis.number) : Json(nullptr)},
                      {"unit", axis.unit}};
  }
  return out;
}

Json phases_json(const Phases& phases) {
  return {{"warmup_s", phases.warmup.in_seconds()},
          {"measure_s", phases.measure.in_seconds()},
          {"drain_s", phases.drain.in_seconds()}};
}

Json fault_json(const Fault& fault) {
  return {{"name", fault.name},
          {"fault", fault_name(fault.kind)},
          {"planned", {{"at_s", fault.at.in_seconds()}, {"for_s", fault.duration.in_seconds()}}}};
}

Json planned_faults_json(const Scenario& scenario) {
  Json out = Json::array();
  for (const Fault& fault : scenario.timeline) out.push_back(fault_json(fault));
  return out;
}

// As planned and as they were; null where the run ended before.
Json faults_json(const Scenario& scenario, const RunOutcome& outcome) {
  Json out = planned_faults_json(scenario);
  const Instant zero = outcome.window.begin;
  for (Json& fault : out) {
    fault["actual"] = nullptr;
    for (const FaultSpan& span : outcome.faults) {
      if (span.name != fault["name"]) continue;
      fault["actual"] = {{"from_s", (span.from - zero).in_seconds()},
                         {"to_s", (span.to - zero).in_seconds()}};
    }
  }
  return out;
}

}  // namespace

Json run_json(const RunIdentity& identity, const Scenario& scenario, const RunOutcome& outcome) {
  const Recorder& recorder = outcome.instrument->recorder();
  return {
      {"cell", identity.cell},
      {"axes", axes_json(identity.axes)},
      {"variant", identity.variant},
      {"transport", identity.push ? "push" : "pull"},
      {"repetition", identity.repetition},
      {"systems", {{"leaf", identity.leaf_system}, {"central", identity.central_system}}},
      {"valid", outcome.invalid.empty()},
      {"invalid_reasons", outcome.invalid},
      {"interrupted", outcome.interrupted},
      {"phases", phases_json(scenario.phases)},
      {"faults", faults_json(scenario, outcome)},
      {"metrics", metrics_json(outcome)},
      {"losses", losses_json(outcome.accounts.window)},
      {"not_observable", not_observable_json(outcome)},
      {"histograms", histograms_json(outcome)},
      {"series", {series_json(outcome, recorder.seconds()), wire_json(outcome, recorder.wire())}},
      {"raster", raster_json(outcome)},
      {"roles", roles_json(outcome)},
      {"warnings", outcome.warnings}};
}

void set_cell(Json& run, const std::string& cell, const std::vector<AxisValue>& axes) {
  run["cell"] = cell;
  run["axes"] = axes_json(axes);
}

Json result_json(const Scenario& scenario, Json runs) {
  return {{"name", scenario.name},
          {"description", scenario.description},
          {"engine", scenario.engine == Engine::kVirtual ? "virtual" : "loopback"},
          {"seed", scenario.seed},
          {"baseline", scenario.baseline},
          {"phases", phases_json(scenario.phases)},
          {"faults", planned_faults_json(scenario)},
          {"runs", std::move(runs)}};
}

}  // namespace pushpull
