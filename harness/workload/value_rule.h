// How the value of a synthetic series evolves. Values are pure functions of (series hash, scrape):
// random access, no state, and the same on every machine: integer arithmetic and at most one
// division by a power of ten. Numerators stay below 2^53, so every value is exactly the decimal
// that its shortest text shows.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pushpull {

// One scrape of a target as its values see it. A target restarts every 12 to 36 hours (at 15 s
// between scrapes); its counters start again from zero.
struct Moment {
  uint64_t ordinal;
  uint64_t age;  // scrapes since the target's process started
};
Moment moment_of(uint64_t target_seed, uint64_t ordinal);

struct ValueRule {
  enum class Kind : uint8_t {
    kConstant,   // low
    kCounter,    // grows by about low … high per scrape, each series at its own rate
    kGauge,      // wanders within low … high, each series in its own part of it
    kStartTime,  // when the process started, Unix seconds
    kFirstOf,    // 1 for the first of every `low` rows, 0 for the others: a state set
    kHistogram,  // a classic histogram that sees low … high observations per scrape
  };
  Kind kind;
  uint8_t decimals;       // the value is a whole number divided by 10^decimals
  uint8_t still_percent;  // share of series that never move: counters at 0, gauges anywhere
  uint64_t low;
  uint64_t high;
};

constexpr ValueRule constant(uint64_t value) {
  return {ValueRule::Kind::kConstant, 0, 0, value, value};
}
// Requires: 0 < low <= high, high * 10^4 < 2^53.
constexpr ValueRule counter(uint64_t low, uint64_t high, uint8_t decimals = 0, uint8_t still = 0) {
  return {ValueRule::Kind::kCounter, decimals, still, low, high};
}
// Requires: low <= high < 2^53.
constexpr ValueRule gauge(uint64_t low, uint64_t high, uint8_t decimals = 0, uint8_t still = 0) {
  return {ValueRule::Kind::kGauge, decimals, still, low, high};
}
constexpr ValueRule start_time() { return {ValueRule::Kind::kStartTime, 2, 0, 0, 0}; }
constexpr ValueRule first_of(uint64_t states) {
  return {ValueRule::Kind::kFirstOf, 0, 0, states, states};
}
// Requires: 0 < low <= high <= 10^4.
constexpr ValueRule histogram(uint64_t low, uint64_t high, uint8_t still = 0) {
  return {ValueRule::Kind::kHistogram, 6, still, low, high};
}

// The value of a series that is not part of a histogram. `row` is its index within its family.
double value_of(const ValueRule& rule, uint32_t row, uint64_t series_hash, const Moment& moment);

// Upper bounds of a classic histogram, as Prometheus 2.x and 3.x both store them.
inline constexpr std::array<std::string_view, 12> kBucketBounds = {
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf"};
inline constexpr uint32_t kBuckets = kBucketBounds.size();
// The series of one histogram, in exposition order: the buckets, _sum, _count.
inline constexpr uint32_t kHistogramSeries = kBuckets + 2;

// One histogram at one scrape. Buckets are cumulative and grow with time; +Inf equals the count.
class HistogramValue {
 public:
  HistogramValue(const ValueRule& rule, uint64_t series_hash, const Moment& moment);
  // Requires: member < kHistogramSeries.
  double member(uint32_t member) const;

 private:
  uint64_t count_;
  uint32_t median_bucket_;
};

}  // namespace pushpull
