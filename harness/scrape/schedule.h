// When a target is scraped and how its samples are dated. Pure functions; rules of scrape/target.go
// and scrape/scrape.go as in Prometheus 2.51 … 3.x.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/time.h"
#include "harness/workload/labels.h"

namespace pushpull {

// What separates servers that scrape the same target: FNV-64a over host name and external labels.
uint64_t scrape_seed(std::string_view host_name, const Labels& external_labels);

// The bytes that the hash of labels is of.
enum class LabelBytes {
  kSeparated,  // name, 0xff, value, 0xff …
  kVarint,     // size, name, size, value …; sizes as varints
  kWide,       // the same, but a size from 255 on is 0xff and three bytes, little-endian
};

// FNV-64a over the hash of the target's labels (the `__` ones included) and its full URL.
uint64_t target_hash(const Labels& labels, std::string_view url, LabelBytes layout);

// The target's place in the interval: fixed in absolute time, kept over restarts, different per
// server.
Duration scrape_offset(uint64_t hash, uint64_t seed, Duration interval);

// The first instant >= `now` with (unix time mod interval) == offset.
Instant first_scrape(Instant now, Duration interval, Duration offset);

// The timestamp of samples scraped at `start` for the grid point `intended`: the grid point if the
// scrape is late by at most min(2 ms, interval/100), else the true start.
Instant sample_time(Instant intended, Instant start, Duration interval);

// The grid point of a tick for `intended` that comes at `now`. Ticks that a stopped process slept
// through are lost: the one that wakes it is the newest.
Instant newest_tick(Instant intended, Instant now, Duration interval);

// Where the ticker stands after a scrape: a Go ticker of capacity one. Ticks that passed during the
// scrape are lost but for one, which is due at once.
struct Tick {
  Instant intended;  // the grid point
  Instant due;       // when to start: intended, or now if that has passed
};
Tick next_tick(Instant intended, Instant now, Duration interval);

}  // namespace pushpull
