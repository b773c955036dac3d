#include "harness/scrape/schedule.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "harness/base/check.h"

namespace pushpull {
namespace {

constexpr uint64_t kFnvOffset = 14695981039346656037ULL;
constexpr uint64_t kFnvPrime = 1099511628211ULL;

uint64_t fnv64a(uint64_t hash, std::string_view bytes) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
  return hash;
}

// labels.Labels.Hash: xxhash64 over name, 0xff, value, 0xff …
uint64_t labels_hash(const Labels& labels) {
  std::string bytes;
  for (const Label& label : labels) {
    bytes += label.name;
    bytes += '\xff';
    bytes += label.value;
    bytes += '\xff';
  }
  return XXH64(bytes.data(), bytes.size(), 0);
}

constexpr Duration kTimestampTolerance = Duration::milliseconds(2);

}  // namespace

uint64_t scrape_seed(std::string_view host_name, const Labels& external_labels) {
  return fnv64a(fnv64a(kFnvOffset, host_name), external_labels.to_string());
}

uint64_t target_hash(const Labels& labels, std::string_view url) {
  std::array<char, 32> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llu",
                static_cast<unsigned long long>(
                    labels_hash(labels)));  // NOLINT(google-runtime-int): printf's type
  return fnv64a(fnv64a(kFnvOffset, digits.data()), url);
}

Duration scrape_offset(uint64_t hash, uint64_t seed, Duration interval) {
  CHECK(interval > Duration());
  return Duration::nanoseconds(
      static_cast<int64_t>((hash ^ seed) % static_cast<uint64_t>(interval.ns())));
}

Instant first_scrape(Instant now, Duration interval, Duration offset) {
  const Duration into = Duration::nanoseconds(now.unix_ns() % interval.ns());
  const Duration wait = offset - into;
  return now + (wait < Duration() ? wait + interval : wait);
}

Instant sample_time(Instant intended, Instant start, Duration interval) {
  const Duration late = start - intended;
  return late <= std::min(kTimestampTolerance, interval / 100) ? intended : start;
}

Instant newest_tick(Instant intended, Instant now, Duration interval) {
  return now < intended ? intended : intended + interval * ((now - intended) / interval);
}

Tick next_tick(Instant intended, Instant now, Duration interval) {
  const Instant next = intended + interval;
  if (next > now) return {next, next};
  return {newest_tick(next, now, interval), now};
}

}  // namespace pushpull
