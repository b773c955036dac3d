#include "harness/wire/native_histogram.h"

#include <bit>

#include "harness/wire/proto_writer.h"

namespace pushpull::wire {

namespace {

// Field numbers of Histogram and BucketSpan.
enum Field : uint32_t {
  kCountInt = 1,
  kCountFloat = 2,
  kSum = 3,
  kSchema = 4,
  kZeroThreshold = 5,
  kZeroCountInt = 6,
  kZeroCountFloat = 7,
  kNegativeSpans = 8,
  kNegativeDeltas = 9,
  kNegativeCounts = 10,
  kPositiveSpans = 11,
  kPositiveDeltas = 12,
  kPositiveCounts = 13,
  kResetHint = 14,
  kTimestamp = 15,
  kCustomValues = 16,
  kStartTimestamp = 17,
};
constexpr uint32_t kSpanOffset = 1;
constexpr uint32_t kSpanLength = 2;

// A member of a oneof is written even where it is zero.
void append_count(std::string& out, uint32_t int_field, const NativeHistogram::Count& count) {
  if (const auto* whole = std::get_if<uint64_t>(&count)) {
    append_tag(out, int_field, WireType::kVarint);
    append_varint(out, *whole);
  } else if (const auto* real = std::get_if<double>(&count)) {
    append_tag(out, int_field + 1, WireType::kFixed64);
    append_fixed64(out, *real);
  }
}

void append_spans(std::string& out, uint32_t field, const std::vector<BucketSpan>& spans) {
  for (const BucketSpan& span : spans) {
    std::string message;
    append_varint_field(message, kSpanOffset, zigzag(span.offset) & UINT32_MAX);
    append_varint_field(message, kSpanLength, span.length);
    append_bytes_field(out, field, message);
  }
}

void append_packed(std::string& out, uint32_t field, const std::vector<int64_t>& values) {
  if (values.empty()) return;
  std::string packed;
  for (const int64_t value : values) append_varint(packed, zigzag(value));
  append_bytes_field(out, field, packed);
}

void append_packed(std::string& out, uint32_t field, const std::vector<double>& values) {
  if (values.empty()) return;
  std::string packed;
  for (const double value : values) append_fixed64(packed, value);
  append_bytes_field(out, field, packed);
}

// Reads the fields of one message into one histogram.
class Decoder {
 public:
  explicit Decoder(std::string_view message) : reader_(message) {}

  bool run() {
    while (!reader_.done()) {
      ProtoTag tag{};
      if (!reader_.read_tag(tag) || !field(tag)) return false;
    }
    return true;
  }
  NativeHistogram take() { return std::move(histogram_); }

 private:
  bool field(const ProtoTag& tag) {
    NativeHistogram& h = histogram_;
    switch (tag.field) {
      case kCountInt:
        return whole(tag, h.count.emplace<uint64_t>());
      case kCountFloat:
        return real(tag, h.count.emplace<double>());
      case kSum:
        return real(tag, h.sum);
      case kSchema:
        return signed_int(tag, h.schema);
      case kZeroThreshold:
        return real(tag, h.zero_threshold);
      case kZeroCountInt:
        return whole(tag, h.zero_count.emplace<uint64_t>());
      case kZeroCountFloat:
        return real(tag, h.zero_count.emplace<double>());
      case kResetHint:
        return number(tag, h.reset_hint);
      case kTimestamp:
        return number(tag, h.timestamp_ms);
      case kStartTimestamp:
        return number(tag, h.start_timestamp_ms);
      default:
        return buckets(tag);
    }
  }

  bool buckets(const ProtoTag& tag) {
    NativeHistogram& h = histogram_;
    switch (tag.field) {
      case kNegativeSpans:
        return span(tag, h.negative_spans);
      case kPositiveSpans:
        return span(tag, h.positive_spans);
      case kNegativeDeltas:
        return deltas(tag, h.negative_deltas);
      case kPositiveDeltas:
        return deltas(tag, h.positive_deltas);
      case kNegativeCounts:
        return reals(tag, h.negative_counts);
      case kPositiveCounts:
        return reals(tag, h.positive_counts);
      case kCustomValues:
        return reals(tag, h.custom_values);
      default:
        return reader_.skip(tag.type);
    }
  }

  bool whole(const ProtoTag& tag, uint64_t& value) {
    return tag.type == WireType::kVarint && reader_.read_varint(value);
  }
  template <class T>
  bool number(const ProtoTag& tag, T& value) {
    uint64_t raw = 0;
    if (!whole(tag, raw)) return false;
    value = static_cast<T>(raw);
    return true;
  }
  static int32_t from_sint32(uint64_t raw) {
    return static_cast<int32_t>(unzigzag(static_cast<uint32_t>(raw)));
  }
  bool signed_int(const ProtoTag& tag, int32_t& value) {
    uint64_t raw = 0;
    if (!whole(tag, raw)) return false;
    value = from_sint32(raw);
    return true;
  }
  bool real(const ProtoTag& tag, double& value) {
    uint64_t bits = 0;
    if (tag.type != WireType::kFixed64 || !reader_.read_fixed64(bits)) return false;
    value = std::bit_cast<double>(bits);
    return true;
  }

  bool span(const ProtoTag& tag, std::vector<BucketSpan>& spans) {
    std::string_view message;
    if (tag.type != WireType::kBytes || !reader_.read_bytes(message)) return false;
    BucketSpan& span = spans.emplace_back();
    ProtoReader reader(message);
    while (!reader.done()) {
      ProtoTag inner{};
      if (!reader.read_tag(inner)) return false;
      if (inner.field != kSpanOffset && inner.field != kSpanLength) {
        if (!reader.skip(inner.type)) return false;
        continue;
      }
      uint64_t raw = 0;
      if (inner.type != WireType::kVarint || !reader.read_varint(raw)) return false;
      if (inner.field == kSpanOffset) {
        span.offset = from_sint32(raw);
      } else {
        span.length = static_cast<uint32_t>(raw);
      }
    }
    return true;
  }

  // Repeated numbers come packed or one by one.
  bool deltas(const ProtoTag& tag, std::vector<int64_t>& values) {
    uint64_t raw = 0;
    if (tag.type != WireType::kBytes) {
      if (!whole(tag, raw)) return false;
      values.push_back(unzigzag(raw));
      return true;
    }
    std::string_view packed;
    if (!reader_.read_bytes(packed)) return false;
    ProtoReader reader(packed);
    while (!reader.done()) {
      if (!reader.read_varint(raw)) return false;
      values.push_back(unzigzag(raw));
    }
    return true;
  }
  bool reals(const ProtoTag& tag, std::vector<double>& values) {
    if (tag.type != WireType::kBytes) return real(tag, values.emplace_back());
    std::string_view packed;
    if (!reader_.read_bytes(packed) || packed.size() % sizeof(double) != 0) return false;
    const size_t before = values.size();
    values.resize(before + packed.size() / sizeof(double));
    if (!packed.empty()) std::memcpy(values.data() + before, packed.data(), packed.size());
    return true;
  }

  ProtoReader reader_;
  NativeHistogram histogram_;
};

}  // namespace

void encode_histogram(const NativeHistogram& h, std::string& out) {
  append_count(out, kCountInt, h.count);
  append_double_field(out, kSum, h.sum);
  append_varint_field(out, kSchema, zigzag(h.schema) & UINT32_MAX);
  append_double_field(out, kZeroThreshold, h.zero_threshold);
  append_count(out, kZeroCountInt, h.zero_count);
  append_spans(out, kNegativeSpans, h.negative_spans);
  append_packed(out, kNegativeDeltas, h.negative_deltas);
  append_packed(out, kNegativeCounts, h.negative_counts);
  append_spans(out, kPositiveSpans, h.positive_spans);
  append_packed(out, kPositiveDeltas, h.positive_deltas);
  append_packed(out, kPositiveCounts, h.positive_counts);
  append_varint_field(out, kResetHint, static_cast<uint64_t>(h.reset_hint));
  append_varint_field(out, kTimestamp, static_cast<uint64_t>(h.timestamp_ms));
  append_packed(out, kCustomValues, h.custom_values);
  append_varint_field(out, kStartTimestamp, static_cast<uint64_t>(h.start_timestamp_ms));
}

Result<NativeHistogram> decode_histogram(std::string_view message) {
  Decoder decoder(message);
  if (!decoder.run()) return Error{"not a valid native histogram"};
  return decoder.take();
}

}  // namespace pushpull::wire
