#include "harness/workload/value_rule.h"

#include <algorithm>

#include "harness/base/random.h"

namespace pushpull {
namespace {

// Restarts are this many scrapes apart, and up to as many again times two.
constexpr uint64_t kShortestLife = 2880;
// Unix seconds of ordinal 0 for kStartTime: 2026-01-01, where virtual runs begin.
constexpr uint64_t kFirstScrape = 1'767'225'600;
constexpr uint64_t kScrapeSeconds = 15;

double decimal(uint64_t numerator, uint8_t decimals) {
  constexpr std::array<double, 7> kPowers = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
  return static_cast<double>(numerator) / kPowers[decimals];
}

bool is_still(const ValueRule& rule, uint64_t hash) {
  return (hash & 0xffff) * 100 < uint64_t{rule.still_percent} << 16;
}

// Strictly growing with age: the noise of two neighbours differs by less than the rate.
uint64_t counter_at(const ValueRule& rule, uint64_t hash, const Moment& moment) {
  if (is_still(rule, hash)) return 0;
  const uint64_t rate = rule.low + reduce(hash, rule.high - rule.low + 1);
  return moment.age * rate + reduce(mix64(hash ^ moment.ordinal), rate);
}

// A triangle wave with noise over a quarter of the range.
uint64_t gauge_at(const ValueRule& rule, uint64_t hash, uint64_t ordinal) {
  const uint64_t range = rule.high - rule.low;
  const uint64_t swing = is_still(rule, hash) ? 0 : (range + 3) / 4;
  const uint64_t floor = rule.low + reduce(hash, range - swing + 1);
  const uint64_t step = (ordinal * (1 + (hash >> 16 & 7)) + (hash >> 20)) & 1023;
  const uint64_t wave = step < 512 ? step : 1023 - step;  // 0 … 511
  const uint64_t noise = mix64(hash ^ ordinal) >> 57;     // 0 … 127
  constexpr uint64_t kTop = 511 + 127;
  return floor + (swing * (wave + noise) + kTop / 2) / kTop;
}

double start_time_at(uint64_t hash, const Moment& moment) {
  const uint64_t started =
      kFirstScrape + kScrapeSeconds * moment.ordinal - kScrapeSeconds * moment.age;
  return decimal(started * 100 + reduce(hash, 100), 2);
}

}  // namespace

Moment moment_of(uint64_t target_seed, uint64_t ordinal) {
  const uint64_t life = kShortestLife + reduce(target_seed, 2 * kShortestLife);
  const uint64_t phase = reduce(mix64(target_seed), life);
  return {ordinal, (ordinal + phase) % life};
}

double value_of(const ValueRule& rule, uint32_t row, uint64_t series_hash, const Moment& moment) {
  switch (rule.kind) {
    case ValueRule::Kind::kCounter:
      return decimal(counter_at(rule, series_hash, moment), rule.decimals);
    case ValueRule::Kind::kGauge:
      return decimal(gauge_at(rule, series_hash, moment.ordinal), rule.decimals);
    case ValueRule::Kind::kStartTime:
      return start_time_at(series_hash, moment);
    case ValueRule::Kind::kFirstOf:
      return row % rule.low == 0 ? 1 : 0;
    case ValueRule::Kind::kConstant:
    case ValueRule::Kind::kHistogram:
      break;
  }
  return static_cast<double>(rule.low);
}

HistogramValue::HistogramValue(const ValueRule& rule, uint64_t series_hash, const Moment& moment)
    : count_(counter_at(rule, series_hash, moment)),
      median_bucket_(static_cast<uint32_t>(1 + (series_hash >> 16) % (kBuckets - 3))) {}

double HistogramValue::member(uint32_t member) const {
  constexpr uint32_t kSum = kBuckets;
  constexpr uint32_t kInfinity = kBuckets - 1;
  if (member == kSum) {
    constexpr std::array<uint64_t, kBuckets - 1> kMeanMicroseconds = {
        3'017,   7'531,   16'069,    35'977,    71'843,   165'133,
        361'901, 718'087, 1'633'769, 3'590'003, 7'411'159};
    return decimal(count_ * kMeanMicroseconds[median_bucket_], 6);
  }
  if (member >= kInfinity) return static_cast<double>(count_);
  // Observations at or below a bound, in 1024ths, by the bound's distance from the median bucket.
  constexpr std::array<uint64_t, 9> kShare = {0, 9, 52, 203, 529, 818, 965, 1012, 1023};
  const int distance = static_cast<int>(member) - static_cast<int>(median_bucket_);
  const int nearest = std::clamp(distance, -4, 4) + 4;
  const uint64_t at_or_below = count_ * kShare[static_cast<size_t>(nearest)] / 1024;
  return static_cast<double>(at_or_below);
}

}  // namespace pushpull
