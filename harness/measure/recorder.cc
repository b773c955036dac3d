#include "harness/measure/recorder.h"

namespace pushpull {

namespace {

constexpr Duration kSecond = Duration::seconds(1);
constexpr Duration kWireStep = Duration::milliseconds(100);

}  // namespace

Recorder::Recorder(uint32_t targets, Window window, Instant begin)
    : window_(window),
      board_(targets),
      raster_(targets, window, begin),
      seconds_(begin, kSecond),
      wire_(begin, kWireStep),
      scraped_(seconds_.column("scraped")),
      delivered_(seconds_.column("delivered")),
      max_(seconds_.column("staleness_max")),
      p50_(seconds_.column("staleness_p50")),
      mean_(seconds_.column("staleness_mean")),
      to_central_(wire_.column("to_central")),
      to_leaf_(wire_.column("to_leaf")),
      next_second_(begin) {}

void Recorder::scraped(uint32_t target, uint32_t series, Instant intended) {
  board_.scraped(target, series, intended);
  seconds_.add(scraped_, intended, series);
}

void Recorder::visible(uint32_t target, Instant intended, Instant visible, uint32_t samples) {
  sample_staleness_until(visible);
  board_.visible(target, intended);
  seconds_.add(delivered_, visible, samples);
  if (window_.contains(intended)) freshness_lag_.record(visible - intended, samples);
}

void Recorder::never_visible(int64_t samples) {
  freshness_lag_.record_infinite(static_cast<uint64_t>(samples));
}

void Recorder::wire_bytes(Instant at, int64_t to_central, int64_t to_leaf) {
  wire_.add(to_central_, at, static_cast<double>(to_central));
  wire_.add(to_leaf_, at, static_cast<double>(to_leaf));
}

void Recorder::count(std::string_view name, int64_t n) {
  const auto found = counters_.find(name);
  if (found != counters_.end()) {
    found->second += n;
  } else {
    counters_.emplace(name, n);
  }
}

void Recorder::gauge(std::string_view name, Instant at, double value) {
  seconds_.set(seconds_.column(name), at, value);
}

void Recorder::sample_staleness_until(Instant t) {
  for (; next_second_ < t; next_second_ += kSecond) {
    raster_.sample(board_, next_second_);
    const Histogram& ages = board_.ages(next_second_);
    if (ages.count() == 0) continue;
    seconds_.set(max_, next_second_, ages.max()->in_seconds());
    seconds_.set(p50_, next_second_, ages.quantile(0.5)->in_seconds());
    seconds_.set(mean_, next_second_, ages.mean()->in_seconds());
    if (window_.contains(next_second_)) reader_staleness_.merge(ages);
  }
}

}  // namespace pushpull
