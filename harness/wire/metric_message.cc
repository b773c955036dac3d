#include "harness/wire/metric_message.h"

#include <bit>
#include <string>

#include "harness/wire/proto_writer.h"

namespace pushpull::wire {

namespace {

constexpr int32_t kGaugeHint = 3;

bool read(const ProtoTag& tag, ProtoReader& reader, double& value) {
  uint64_t bits = 0;
  if (tag.type != WireType::kFixed64 || !reader.read_fixed64(bits)) return false;
  value = std::bit_cast<double>(bits);
  return true;
}
// Repeated numbers come packed or one by one.
bool read(const ProtoTag& tag, ProtoReader& reader, std::vector<int64_t>& values) {
  uint64_t raw = 0;
  std::string_view packed;
  if (tag.type != WireType::kBytes) {
    if (!read(tag, reader, raw)) return false;
    values.push_back(unzigzag(raw));
    return true;
  }
  if (!reader.read_bytes(packed)) return false;
  for (ProtoReader inner(packed); !inner.done();) {
    if (!inner.read_varint(raw)) return false;
    values.push_back(unzigzag(raw));
  }
  return true;
}
bool read(const ProtoTag& tag, ProtoReader& reader, std::vector<double>& values) {
  if (tag.type != WireType::kBytes) return read(tag, reader, values.emplace_back());
  std::string_view packed;
  if (!reader.read_bytes(packed) || packed.size() % sizeof(double) != 0) return false;
  uint64_t bits = 0;
  for (ProtoReader inner(packed); !inner.done();) {
    if (!inner.read_fixed64(bits)) return false;
    values.push_back(std::bit_cast<double>(bits));
  }
  return true;
}
int32_t sint32(uint64_t raw) { return static_cast<int32_t>(unzigzag(static_cast<uint32_t>(raw))); }
bool read(const ProtoTag& tag, ProtoReader& reader, std::vector<BucketSpan>& spans) {
  std::string_view message;
  if (!read(tag, reader, message)) return false;
  BucketSpan& span = spans.emplace_back();
  return each_field(message, [&span](const ProtoTag& inner, ProtoReader& from) {
    uint64_t raw = 0;
    if (inner.field > 2) return skipped(inner, from);
    if (!read(inner, from, raw)) return false;
    inner.field == 1 ? void(span.offset = sint32(raw))
                     : void(span.length = static_cast<uint32_t>(raw));
    return true;
  });
}

bool read_time(std::string_view message, int64_t& ms) {
  uint64_t seconds = 0;
  uint64_t nanos = 0;
  const bool good = each_field(message, [&](const ProtoTag& tag, ProtoReader& reader) {
    if (tag.field > 2) return skipped(tag, reader);
    return read(tag, reader, tag.field == 1 ? seconds : nanos);
  });
  constexpr int64_t kNanosPerMs = 1'000'000;
  // Wraps around as Go's does.
  ms = static_cast<int64_t>(seconds * 1000 +
                            static_cast<uint64_t>(static_cast<int32_t>(nanos) / kNanosPerMs));
  return good;
}

bool read_bucket(std::string_view message, MetricBucket& bucket) {
  return each_field(message, [&bucket](const ProtoTag& tag, ProtoReader& reader) {
    switch (tag.field) {
      case 1:
        return read(tag, reader, bucket.whole);
      case 2:
        return read(tag, reader, bucket.upper_bound);
      case 3:
        bucket.has_exemplar = true;
        return read(tag, reader, bucket.exemplar);
      case 4:
        return read(tag, reader, bucket.real);
      default:
        return skipped(tag, reader);
    }
  });
}

}  // namespace

bool read(const ProtoTag& tag, ProtoReader& reader, uint64_t& value) {
  return tag.type == WireType::kVarint && reader.read_varint(value);
}

bool read(const ProtoTag& tag, ProtoReader& reader, std::string_view& bytes) {
  return tag.type == WireType::kBytes && reader.read_bytes(bytes);
}

bool read(const ProtoTag& tag, ProtoReader& reader, std::vector<std::string_view>& messages) {
  return read(tag, reader, messages.emplace_back());
}

bool read_label(std::string_view message, ExposedLabel& label) {
  return each_field(message, [&label](const ProtoTag& tag, ProtoReader& reader) {
    if (tag.field > 2) return skipped(tag, reader);
    return read(tag, reader, tag.field == 1 ? label.first : label.second);
  });
}

bool read_exemplar(std::string_view message, Exemplar& exemplar) {
  std::vector<Label> labels;
  exemplar.dated = false;
  const bool good = each_field(message, [&](const ProtoTag& tag, ProtoReader& reader) {
    std::string_view bytes;
    if (tag.field == 2) return read(tag, reader, exemplar.value);
    if (tag.field != 1 && tag.field != 3) return skipped(tag, reader);
    if (!read(tag, reader, bytes)) return false;
    if (tag.field == 3) {
      exemplar.dated = true;
      return read_time(bytes, exemplar.timestamp_ms);
    }
    ExposedLabel label;
    if (!read_label(bytes, label)) return false;
    labels.push_back({std::string(label.first), std::string(label.second)});
    return true;
  });
  exemplar.labels = Labels(std::move(labels));
  return good;
}

bool read_value(std::string_view message, bool counter, MetricValue& simple) {
  return each_field(message, [&](const ProtoTag& tag, ProtoReader& reader) {
    if (tag.field == 1) return read(tag, reader, simple.value);
    if (tag.field != 2 || !counter) return skipped(tag, reader);
    simple.has_exemplar = true;
    return read(tag, reader, simple.exemplar);
  });
}

bool read_summary(std::string_view message, MetricSummary& summary) {
  return each_field(message, [&summary](const ProtoTag& tag, ProtoReader& reader) {
    std::string_view bytes;
    if (tag.field == 1) return read(tag, reader, summary.count);
    if (tag.field == 2) return read(tag, reader, summary.sum);
    if (tag.field != 3) return skipped(tag, reader);
    if (!read(tag, reader, bytes)) return false;
    auto& one = summary.quantiles.emplace_back();
    return each_field(bytes, [&one](const ProtoTag& inner, ProtoReader& from) {
      if (inner.field > 2) return skipped(inner, from);
      return read(inner, from, inner.field == 1 ? one.first : one.second);
    });
  });
}

bool read_histogram(std::string_view message, MetricHistogram& h) {
  return each_field(message, [&h](const ProtoTag& tag, ProtoReader& reader) {
    uint64_t raw = 0;
    std::string_view bytes;
    switch (tag.field) {
      case 1:
        return read(tag, reader, h.count);
      case 2:
        return read(tag, reader, h.native.sum);
      case 3:
        return read(tag, reader, bytes) && read_bucket(bytes, h.buckets.emplace_back());
      case 4:
        return read(tag, reader, h.count_float);
      case 5:
        if (!read(tag, reader, raw)) return false;
        h.native.schema = sint32(raw);
        return true;
      case 6:
        return read(tag, reader, h.native.zero_threshold);
      case 7:
        return read(tag, reader, h.zero_count);
      case 8:
        return read(tag, reader, h.zero_count_float);
      case 9:
        return read(tag, reader, h.native.negative_spans);
      case 10:
        return read(tag, reader, h.native.negative_deltas);
      case 11:
        return read(tag, reader, h.native.negative_counts);
      case 12:
        return read(tag, reader, h.native.positive_spans);
      case 13:
        return read(tag, reader, h.native.positive_deltas);
      case 14:
        return read(tag, reader, h.native.positive_counts);
      case 16:
        return read(tag, reader, h.exemplars);
      default:
        return skipped(tag, reader);
    }
  });
}

bool complete(MetricHistogram& h, bool gauge) {
  NativeHistogram& native = h.native;
  if (h.count_float > 0 || h.zero_count_float > 0) {
    native.count = h.count_float;
    native.zero_count = h.zero_count_float;
    native.positive_deltas.clear();
    native.negative_deltas.clear();
  } else {
    native.count = h.count;
    native.zero_count = h.zero_count;
    native.positive_counts.clear();
    native.negative_counts.clear();
  }
  if (gauge) native.reset_hint = kGaugeHint;
  const auto needed = [](const std::vector<BucketSpan>& spans) {
    uint64_t buckets = 0;
    for (const BucketSpan& span : spans) buckets += span.length;
    return buckets;
  };
  if (needed(native.positive_spans) !=
          native.positive_counts.size() + native.positive_deltas.size() ||
      needed(native.negative_spans) !=
          native.negative_counts.size() + native.negative_deltas.size()) {
    return false;
  }
  compact(native);
  return true;
}

}  // namespace pushpull::wire
