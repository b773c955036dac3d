// Random contents for the tests that compare with libprotobuf.
#pragma once

#include <bit>
#include <string>
#include <vector>

#include "harness/base/random.h"
#include "harness/wire/exemplar.h"
#include "harness/wire/native_histogram.h"
#include "harness/workload/special_values.h"

namespace pushpull::wire {

inline std::string random_text(Random& random, uint64_t max_size) {
  std::string text(random.below(max_size + 1), '\0');
  for (char& c : text) c = static_cast<char>(random.below(256));
  return text;
}

// Never -0: libprotobuf writes it out, Prometheus and we do not.
inline double random_value(Random& random) {
  switch (random.below(5)) {
    case 0:
      return 0;
    case 1:
      return stale_nan();
    case 2:
      return static_cast<double>(random.below(1000));
    default:
      return std::bit_cast<double>(random.next());
  }
}

inline int64_t random_timestamp(Random& random) {
  return random.below(8) == 0 ? 0 : static_cast<int64_t>(random.next() >> random.below(64));
}

// Of names and values of which some are repeated.
inline Labels random_labels(Random& random) {
  std::vector<Label> labels(random.below(6));
  for (Label& label : labels) {
    label = {random_text(random, random.below(3) == 0 ? 200 : 1),
             random_text(random, random.below(3) == 0 ? 200 : 2)};
  }
  return Labels(std::move(labels));
}

inline Exemplar random_exemplar(Random& random) {
  return {random_labels(random), random_value(random), random_timestamp(random)};
}

inline FamilyMetadata random_metadata(Random& random) {
  return {static_cast<int32_t>(random.below(8)), random_text(random, 12), random_text(random, 200),
          random_text(random, 3)};
}

// Nothing that makes sense, in every field.
inline NativeHistogram random_histogram(Random& random) {
  NativeHistogram h;
  const auto count = [&random]() -> NativeHistogram::Count {
    switch (random.below(3)) {
      case 0:
        return random.next() >> random.below(64);
      case 1:
        return random_value(random);
      default:
        return std::monostate();
    }
  };
  const auto number = [&random] { return static_cast<int64_t>(random.next()) >> random.below(64); };
  const auto sint32 = [&number] { return static_cast<int32_t>(number()); };
  h.count = count();
  h.sum = random_value(random);
  h.schema = random.below(2) == 0 ? -53 : sint32();
  h.zero_threshold = random_value(random);
  h.zero_count = count();
  for (uint64_t i = random.below(4); i > 0; --i) {
    h.positive_spans.push_back({sint32(), static_cast<uint32_t>(random.below(1000))});
    h.negative_spans.push_back({sint32(), static_cast<uint32_t>(number())});
    h.positive_deltas.push_back(number());
    h.negative_counts.push_back(random_value(random));
    h.custom_values.push_back(random_value(random));
  }
  for (uint64_t i = random.below(4); i > 0; --i) {
    h.negative_deltas.push_back(number());
    h.positive_counts.push_back(random_value(random));
  }
  h.reset_hint = static_cast<int32_t>(random.below(4));
  h.timestamp_ms = random_timestamp(random);
  return h;
}

// All of it, bit by bit; equal strings are equal histograms.
inline std::string bytes_of(const NativeHistogram& histogram) {
  std::string bytes;
  encode_histogram(histogram, bytes);
  return bytes;
}

// The same histogram as a message of either version that libprotobuf made.
template <class Message>
void fill(Message& message, const NativeHistogram& h) {
  if (const auto* n = std::get_if<uint64_t>(&h.count)) message.set_count_int(*n);
  if (const auto* n = std::get_if<double>(&h.count)) message.set_count_float(*n);
  message.set_sum(h.sum);
  message.set_schema(h.schema);
  message.set_zero_threshold(h.zero_threshold);
  if (const auto* n = std::get_if<uint64_t>(&h.zero_count)) message.set_zero_count_int(*n);
  if (const auto* n = std::get_if<double>(&h.zero_count)) message.set_zero_count_float(*n);
  const auto fill_span = [](auto& span, const BucketSpan& from) {
    span.set_offset(from.offset);
    span.set_length(from.length);
  };
  for (const BucketSpan& s : h.negative_spans) fill_span(*message.add_negative_spans(), s);
  for (const BucketSpan& s : h.positive_spans) fill_span(*message.add_positive_spans(), s);
  for (const int64_t n : h.negative_deltas) message.add_negative_deltas(n);
  for (const int64_t n : h.positive_deltas) message.add_positive_deltas(n);
  for (const double n : h.negative_counts) message.add_negative_counts(n);
  for (const double n : h.positive_counts) message.add_positive_counts(n);
  for (const double n : h.custom_values) message.add_custom_values(n);
  message.set_reset_hint(static_cast<decltype(message.reset_hint())>(h.reset_hint));
  message.set_timestamp(h.timestamp_ms);
}

}  // namespace pushpull::wire
