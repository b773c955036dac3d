// What one run measures besides its ledger: distributions, time series, totals. Fed in the order of
// time by both engines (see Instrument). Not thread-safe. A new metric goes here.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "harness/measure/histogram.h"
#include "harness/measure/staleness.h"
#include "harness/measure/staleness_raster.h"
#include "harness/measure/time_series.h"
#include "harness/measure/window.h"

namespace pushpull {

class Recorder {
 public:
  using Counters = std::map<std::string, int64_t, std::less<>>;

  // `begin` is the start of the run, warm-up included; no time told later lies before it.
  Recorder(uint32_t targets, Window window, Instant begin);

  // Whether `t` can be a time of this run: what comes from a file is asked first.
  bool covers(Instant t) const { return wire_.covers(t); }

  void scraped(uint32_t target, uint32_t series, Instant intended);
  // `samples` of a scrape became visible for the first time, at `visible`. Calls ascend by
  // `visible`; one that does not is seen by reader staleness at the next second only.
  void visible(uint32_t target, Instant intended, Instant visible, uint32_t samples);
  // Samples of the measure window that the central never saw.
  void never_visible(int64_t samples);
  // How late the generator was: a target answered this long after the scrape's place on the grid.
  void generator_late(Duration lateness) { generator_lateness_.record(lateness); }
  // TCP payload that passed the link.
  void wire_bytes(Instant at, int64_t to_central, int64_t to_leaf);
  // Totals: requests, connections, responses by status …
  void count(std::string_view name, int64_t n);
  // A value that changes over time: shards, queue length …
  void gauge(std::string_view name, Instant at, double value);
  // The run ended: reader staleness is sampled up to here.
  void finish(Instant end) { sample_staleness_until(end); }

  // Of samples intended inside the window, lost ones as infinite.
  const Histogram& freshness_lag() const { return freshness_lag_; }
  // Of every second inside the window and every series.
  const Histogram& reader_staleness() const { return reader_staleness_; }
  const Histogram& generator_lateness() const { return generator_lateness_; }
  // Each second: scraped, delivered (samples); staleness_max, _p50, _mean (seconds); gauges.
  const TimeSeries& seconds() const { return seconds_; }
  // Of some targets, over time.
  const StalenessRaster& raster() const { return raster_; }
  // Each 100 ms: to_central, to_leaf.
  const TimeSeries& wire() const { return wire_; }
  const Counters& counters() const { return counters_; }

 private:
  void sample_staleness_until(Instant t);

  Window window_;
  Histogram freshness_lag_;
  Histogram reader_staleness_;
  Histogram generator_lateness_;
  StalenessBoard board_;
  StalenessRaster raster_;
  TimeSeries seconds_;
  TimeSeries wire_;
  TimeSeries::ColumnId scraped_, delivered_, max_, p50_, mean_, to_central_, to_leaf_;
  Instant next_second_;
  Counters counters_;
};

}  // namespace pushpull
