#include "harness/run/metrics.h"

#include <array>
#include <string_view>
#include <utility>

#include "harness/measure/sample_resolver.h"

namespace pushpull {
namespace {

class Sheet {
 public:
  void count(std::string name, int64_t value, Better better, std::string unit = "samples") {
    add(std::move(name), std::move(unit), MetricKind::kExact, better, static_cast<double>(value));
  }
  void add(std::string name, std::string unit, MetricKind kind, Better better,
           std::optional<double> value) {
    metrics_.push_back({std::move(name), std::move(unit), kind, better, value});
  }
  // Percentiles of a distribution of durations; nothing is said where nothing was recorded.
  void quantiles(const std::string& name, const Histogram& histogram, MetricKind kind) {
    constexpr std::array<std::pair<const char*, double>, 4> kShares = {
        {{"_p50", 0.5}, {"_p90", 0.9}, {"_p99", 0.99}, {"_max", 1.0}}};
    for (const auto& [suffix, share] : kShares) {
      const std::optional<Duration> value = histogram.quantile(share);
      if (!value) continue;
      const bool infinite = *value == Histogram::kInfinite;
      add(name + suffix, "s", kind, Better::kLower,
          infinite ? std::nullopt : std::optional<double>(value->in_seconds()));
    }
  }
  std::vector<Metric> take() { return std::move(metrics_); }

 private:
  std::vector<Metric> metrics_;
};

void add_accounts(Sheet& sheet, const Accounts& accounts) {
  const Account& window = accounts.window;
  sheet.count("samples_scraped", window.scraped, Better::kNone);
  sheet.count("samples_delivered", window.delivered, Better::kHigher);
  sheet.add("completeness", "ratio", MetricKind::kExact, Better::kHigher, window.completeness());
  sheet.count("samples_lost", window.lost_total(), Better::kLower);
  sheet.count("samples_undersampled", window.undersampled, Better::kLower);
  sheet.count("samples_not_selected", window.not_selected, Better::kNone);
  sheet.count("samples_pending", window.pending, Better::kLower);
  sheet.count("samples_duplicate", window.duplicates, Better::kLower);
  sheet.count("samples_rejected", window.rejected, Better::kLower);
  sheet.count("samples_corrupted", accounts.run.corrupted, Better::kLower);
  sheet.count("samples_unknown", accounts.run.unknown, Better::kLower);
  sheet.count("leaf_made_scraped", accounts.leaf_made.scraped, Better::kNone);
  sheet.count("leaf_made_delivered", accounts.leaf_made.delivered, Better::kNone);
  sheet.count("scrapes_failed", accounts.offered_failed, Better::kLower, "scrapes");
}

double total(const TimeSeries& series, std::string_view name) {
  double sum = 0;
  for (const TimeSeries::Column& column : series.columns()) {
    if (column.name != name) continue;
    for (const double value : column.values) {
      if (value == value) sum += value;  // NaN: no value
    }
  }
  return sum;
}

void add_wire(Sheet& sheet, const RunOutcome& outcome) {
  const Recorder& recorder = outcome.instrument->recorder();
  const double to_central = total(recorder.wire(), "to_central");
  const double to_leaf = total(recorder.wire(), "to_leaf");
  sheet.add("wire_bytes_to_central", "B", outcome.bytes_kind, Better::kLower, to_central);
  sheet.add("wire_bytes_to_leaf", "B", outcome.bytes_kind, Better::kLower, to_leaf);
  const int64_t delivered = outcome.accounts.run.delivered;
  if (delivered > 0) {
    sheet.add("wire_bytes_per_sample", "B/sample", outcome.bytes_kind, Better::kLower,
              (to_central + to_leaf) / static_cast<double>(delivered));
  }
  for (const auto& [name, value] : recorder.counters()) {
    const bool samples = name == kRoundedSamples;
    sheet.count(name, value, samples ? Better::kNone : Better::kLower, samples ? "samples" : name);
  }
}

// "leaf-0" and "leaf-1" are both "leaf".
std::string kind_of_role(const std::string& role) { return role.substr(0, role.find('-')); }

void add_usage(Sheet& sheet, const RunOutcome& outcome) {
  Duration servers;
  std::map<std::string, std::pair<Duration, int64_t>> by_kind;
  for (const RoleUsage& usage : outcome.roles) {
    auto& [cpu, rss] = by_kind[kind_of_role(usage.role)];
    cpu += usage.cpu;
    rss += usage.peak_rss_bytes.value_or(0);
  }
  for (const auto& [kind, usage] : by_kind) {
    sheet.add("cpu_seconds_" + kind, "s", outcome.time_kind, Better::kLower,
              usage.first.in_seconds());
    if (kind == "leaf" || kind == "central") servers += usage.first;
    if (usage.second > 0) {
      sheet.add("peak_rss_bytes_" + kind, "B", MetricKind::kMeasured, Better::kLower,
                static_cast<double>(usage.second));
    }
  }
  if (outcome.accounts.run.delivered > 0) {
    sheet.add("cpu_us_per_sample", "us/sample", outcome.time_kind, Better::kLower,
              servers.in_seconds() * 1e6 / static_cast<double>(outcome.accounts.run.delivered));
  }
  if (outcome.harness_share) {
    sheet.add("harness_share", "ratio", MetricKind::kMeasured, Better::kLower,
              *outcome.harness_share);
  }
}

}  // namespace

std::vector<Metric> metrics_of(const RunOutcome& outcome) {
  Sheet sheet;
  add_accounts(sheet, outcome.accounts);
  const Recorder& recorder = outcome.instrument->recorder();
  sheet.quantiles("freshness_lag", recorder.freshness_lag(), outcome.time_kind);
  sheet.quantiles("reader_staleness", recorder.reader_staleness(), outcome.time_kind);
  sheet.quantiles("generator_lateness", recorder.generator_lateness(), outcome.time_kind);
  add_wire(sheet, outcome);
  add_usage(sheet, outcome);
  std::vector<Metric> metrics = sheet.take();
  std::erase_if(metrics, [&](const Metric& metric) { return !outcome.observable(metric.name); });
  return metrics;
}

}  // namespace pushpull
