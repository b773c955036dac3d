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

void append_size(size_t size, LabelBytes layout, std::string& bytes) {
  if (layout == LabelBytes::kWide && size >= 255) {
    bytes += '\xff';
    for (int shift = 0; shift < 24; shift += 8) bytes += static_cast<char>(size >> shift & 0xff);
    return;
  }
  for (; layout == LabelBytes::kVarint && size >= 0x80; size >>= 7)
    bytes += static_cast<char>((size & 0x7f) | 0x80);
  bytes += static_cast<char>(size);
}

void append_text(std::string_view text, LabelBytes layout, std::string& bytes) {
  if (layout != LabelBytes::kSeparated) append_size(text.size(), layout, bytes);
  bytes += text;
  if (layout == LabelBytes::kSeparated) bytes += '\xff';
}

// labels.Labels.Hash
uint64_t labels_hash(const Labels& labels, LabelBytes layout) {
  std::string bytes;
  for (const Label& label : labels) {
    append_text(label.name, layout, bytes);
    append_text(label.value, layout, bytes);
  }
  return XXH64(bytes.data(), bytes.size(), 0);
}

constexpr Duration kTimestampTolerance = Duration::milliseconds(2);

}  // namespace

uint64_t scrape_seed(std::string_view host_name, const Labels& external_labels) {
  return fnv64a(fnv64a(kFnvOffset, host_name), external_labels.to_string());
}

uint64_t target_hash(const Labels& labels, std::string_view url, LabelBytes layout) {
  std::array<char, 32> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llu",
                static_cast<unsigned long long>(
                    labels_hash(labels, layout)));  // NOLINT(google-runtime-int): printf's type
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
