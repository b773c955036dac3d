#include "harness/wire/write_request.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "harness/wire/exemplar.h"
#include "harness/wire/label_predictor.h"
#include "harness/wire/native_histogram.h"
#include "harness/wire/proto_reader.h"
#include "harness/wire/proto_schema.h"
#include "harness/wire/proto_writer.h"

namespace pushpull::wire {

namespace {

// Field numbers of remote_write.proto.
constexpr uint32_t kRequestTimeseries = 1;
constexpr uint32_t kRequestMetadata = 3;
constexpr uint32_t kSeriesLabels = 1;
constexpr uint32_t kSeriesSamples = 2;
constexpr uint32_t kSeriesExemplars = 3;
constexpr uint32_t kSeriesHistograms = 4;
constexpr uint32_t kSampleValue = 1;
constexpr uint32_t kSampleTimestamp = 2;
constexpr uint32_t kLabelName = 1;
constexpr uint32_t kLabelValue = 2;

// Of one TimeSeries beyond its labels: two tags, two lengths (a uint32, one byte), value,
// timestamp.
constexpr size_t kMaxOverhead = 1 + 5 + 1 + 1 + 9 + 1 + kMaxVarint;

size_t text_field_size(std::string_view text) { return 1 + varint_size(text.size()) + text.size(); }

// Field 2 of a Sample, encoded once for a run of equal timestamps.
class TimestampField {
 public:
  explicit TimestampField(int64_t ms) { set(ms); }
  void set(int64_t ms) {
    if (ms == ms_) return;
    ms_ = ms;
    size_ = 0;
    if (ms == 0) return;  // proto3 leaves out zeros
    bytes_[0] = tag_byte(kSampleTimestamp, WireType::kVarint);
    size_ = static_cast<size_t>(write_varint(bytes_ + 1, static_cast<uint64_t>(ms)) - bytes_);
  }
  size_t size() const { return size_; }
  // Copies kMaxVarint + 1 bytes, of which size() count.
  char* write(char* out) const {
    std::memcpy(out, bytes_, sizeof(bytes_));
    return out + size_;
  }

 private:
  int64_t ms_ = 0;
  size_t size_ = 0;
  char bytes_[1 + kMaxVarint] = {};
};

char* write_series(char* out, const LabelBlock& labels, uint32_t position, double value,
                   const TimestampField& time) {
  // Prometheus's encoder compares with == 0, so -0 is left out too and arrives as 0.
  const bool has_value = value != 0;
  const size_t sample_size = (has_value ? 1 + sizeof(double) : 0) + time.size();
  *out++ = tag_byte(kRequestTimeseries, WireType::kBytes);
  out = write_varint(out, labels.labels_size(position) + 2 + sample_size);
  out = labels.write_labels(position, out);
  *out++ = tag_byte(kSeriesSamples, WireType::kBytes);
  *out++ = static_cast<char>(sample_size);
  if (has_value) {
    *out++ = tag_byte(kSampleValue, WireType::kFixed64);
    std::memcpy(out, &value, sizeof(value));
    out += sizeof(value);
  }
  return time.write(out);
}

size_t size_bound(std::span<const WriteSlice> slices) {
  size_t bound = LabelBlock::kCopyBlock;
  for (const WriteSlice& part : slices) {
    bound += part.slice.count * (kMaxOverhead + part.labels->longest());
  }
  return bound;
}

// What a slice of histograms or exemplars becomes: each a series of its own, as Prometheus sends
// them.
void append_extras(const WriteSlice& part, std::string& out) {
  const RecordExtras& extras = *part.slice.record->extras;
  const bool histograms = part.slice.record->kind() == RecordKind::kHistograms;
  std::string message;
  for (uint32_t i = 0; i < part.slice.count; ++i) {
    const uint32_t position = part.slice.position(i);
    message.clear();
    if (histograms) {
      // Releases before 3.7 send a histogram with custom bounds without the bounds; later ones send
      // none (see QueueManager).
      NativeHistogram histogram = extras.histograms[position];
      histogram.custom_values.clear();
      histogram.start_timestamp_ms = 0;
      encode_histogram(histogram, message);
      append_histogram_series(part.labels->labels(position), message, out);
    } else {
      encode_exemplar(extras.exemplars[position], message);
      append_exemplar_series(part.labels->labels(position), message, out);
    }
  }
}

bool holds_extras(const WriteSlice& part) { return part.slice.record->extras != nullptr; }

std::string_view encode_floats(std::span<const WriteSlice> slices, std::string& memory) {
  const size_t bound = size_bound(slices);
  if (memory.size() < bound) memory.resize(bound);
  char* at = memory.data();
  for (const WriteSlice& part : slices) {
    const Record& record = *part.slice.record;
    TimestampField time(record.timestamp_ms);
    for (uint32_t i = 0; i < part.slice.count; ++i) {
      const uint32_t position = part.slice.position(i);
      time.set(record.timestamp(position));
      const double value = record.values.empty() ? record.value(position) : record.values[position];
      at = write_series(at, *part.labels, position, value, time);
    }
  }
  return {memory.data(), static_cast<size_t>(at - memory.data())};
}

// Steps over labels that look as nearly all do, name and value in order and under 128 bytes in all,
// and returns the first place that looks otherwise. What it steps over is valid.
const char* plain_labels_end(const char* at, const char* end) {
  constexpr char kLabelTag = tag_byte(kSeriesLabels, WireType::kBytes);
  constexpr char kNameTag = tag_byte(kLabelName, WireType::kBytes);
  constexpr char kValueTag = tag_byte(kLabelValue, WireType::kBytes);
  constexpr size_t kHeader = 2;  // a tag and a length of one byte
  const auto length = [](const char* field) { return static_cast<unsigned char>(field[1]); };
  while (static_cast<size_t>(end - at) >= 3 * kHeader && at[0] == kLabelTag && at[2] == kNameTag) {
    const size_t size = length(at);
    const char* name = at + kHeader;
    const size_t name_size = kHeader + length(name);
    if (size >= 0x80 || size > static_cast<size_t>(end - name) || name_size + kHeader > size) break;
    const char* value = name + name_size;
    if (value[0] != kValueTag || name_size + kHeader + length(value) != size) break;
    at = name + size;
  }
  return at;
}

// Where the labels of a series stand in the message.
struct LabelRegion {
  const char* begin;
  const char* end;
  bool contiguous = true;

  void add(const char* from, const char* to) {
    if (begin == end) begin = end = from;
    contiguous = contiguous && end == from;
    end = to;
  }
};

// Walks one message. Offsets, not pointers, go into the result: the message moves into it.
class Decoder {
 public:
  Decoder(std::string message, LabelMemory* memory) : predictor_(memory) {
    request_.message = std::move(message);
  }

  Result<WrittenRequest> run() {
    if (request_.message.size() > std::numeric_limits<int32_t>::max()) {
      return Error{"a WriteRequest has at most 2 GiB"};
    }
    // A guess of the size of one series: a real Prometheus sends 130 … 420 bytes.
    request_.samples.reserve(request_.message.size() / 128);
    ProtoReader reader(request_.message);
    while (!reader.done()) {
      const size_t begin = offset(reader.at());
      if (!field(reader)) {
        return Error{"not a valid prometheus.WriteRequest: broken field at byte " +
                     std::to_string(begin)};
      }
    }
    predictor_.break_off();
    request_.message += gathered_labels_;
    return std::move(request_);
  }

 private:
  size_t offset(const char* at) const { return static_cast<size_t>(at - request_.message.data()); }

  bool field(ProtoReader& reader) {
    ProtoTag tag{};
    if (!reader.read_tag(tag)) return false;
    if (tag.field != kRequestTimeseries && tag.field != kRequestMetadata) {
      return reader.skip(tag.type);
    }
    std::string_view bytes;
    if (tag.type != WireType::kBytes || !reader.read_bytes(bytes)) return false;
    return tag.field == kRequestTimeseries ? series(bytes) : conforms(bytes, kMetadataSchema);
  }

  bool series(std::string_view bytes) {
    const SeenLabels expected = predictor_.expect(bytes);
    const std::string_view rest = bytes.substr(expected.region.size());
    if (expected.region.empty() || !is_one_sample(rest)) return unexpected_series(bytes);
    PlainSample sample;
    if (!read_sample(rest.substr(kSampleHeader), sample)) return false;
    request_.samples.push_back({static_cast<uint32_t>(offset(bytes.data())),
                                static_cast<uint32_t>(expected.region.size()), expected.hash,
                                sample.timestamp(), std::bit_cast<double>(sample.value)});
    predictor_.saw(expected, true);
    return true;
  }

  // What follows the labels: one sample of less than 128 bytes, as nearly always.
  static bool is_one_sample(std::string_view rest) {
    return rest.size() >= kSampleHeader && rest.size() < 0x80 + kSampleHeader &&
           rest[0] == tag_byte(kSeriesSamples, WireType::kBytes) &&
           static_cast<unsigned char>(rest[1]) == rest.size() - kSampleHeader;
  }

  bool unexpected_series(std::string_view bytes) {
    const size_t first_sample = request_.samples.size();
    LabelRegion labels{bytes.data(), bytes.data()};
    for (ProtoReader reader(bytes); !reader.done();) {
      const char* begin = reader.at();
      reader.skip_to(plain_labels_end(begin, bytes.data() + bytes.size()));
      if (reader.at() != begin) {
        labels.add(begin, reader.at());
        continue;
      }
      ProtoTag tag{};
      if (!reader.read_tag(tag)) return false;
      if (tag.field > kSeriesHistograms) {
        if (!reader.skip(tag.type)) return false;
        continue;
      }
      std::string_view value;
      if (tag.type != WireType::kBytes || !reader.read_bytes(value)) return false;
      if (!series_field(tag.field, value)) return false;
      if (tag.field == kSeriesLabels) labels.add(begin, reader.at());
    }
    size_t label_begin = offset(labels.begin);
    size_t label_size = static_cast<size_t>(labels.end - labels.begin);
    if (!labels.contiguous) {
      label_begin = request_.message.size() + gathered_labels_.size();
      label_size = gather_labels(bytes);
    }
    if (first_sample == request_.samples.size()) return true;
    const std::string_view region =
        labels.contiguous
            ? std::string_view(labels.begin, label_size)
            : std::string_view(gathered_labels_).substr(gathered_labels_.size() - label_size);
    const SeenLabels seen{region, hash_of_labels(region)};
    give_labels(first_sample, label_begin, seen);
    // What was gathered moves when more is.
    labels.contiguous ? predictor_.saw(seen, false) : predictor_.break_off();
    return true;
  }

  void give_labels(size_t first_sample, size_t begin, const SeenLabels& labels) {
    for (size_t i = first_sample; i < request_.samples.size(); ++i) {
      WrittenSample& sample = request_.samples[i];
      sample.label_begin = static_cast<uint32_t>(begin);
      sample.label_size = static_cast<uint32_t>(labels.region.size());
      sample.label_hash = labels.hash;
    }
  }

  bool series_field(uint32_t number, std::string_view value) {
    switch (number) {
      case kSeriesLabels:
        return conforms(value, kLabelSchema);
      case kSeriesSamples: {
        PlainSample sample;
        if (!read_sample(value, sample)) return false;
        // Its labels may still come.
        request_.samples.push_back(
            {0, 0, 0, sample.timestamp(), std::bit_cast<double>(sample.value)});
        return true;
      }
      case kSeriesExemplars:
        request_.has_exemplars = true;
        return conforms(value, kExemplarSchema);
      default:
        request_.has_histograms = true;
        return conforms(value, kHistogramSchema);
    }
  }

  struct PlainSample {
    uint64_t value = 0;  // bits of a double
    uint64_t time = 0;
    int64_t timestamp() const { return static_cast<int64_t>(time); }
  };

  // Requires: `bytes` stand in the message behind a tag and their length.
  bool read_sample(std::string_view bytes, PlainSample& sample) {
    if (is_like_last(bytes)) {
      if (bytes.size() > last_time_size_) {
        std::memcpy(&sample.value, bytes.data() + 1, sizeof(sample.value));
      }
      sample.time = last_time_;
      return true;
    }
    ProtoReader reader(bytes);
    while (!reader.done()) {
      ProtoTag tag{};
      if (!reader.read_tag(tag)) return false;
      if (tag.field == kSampleValue) {
        if (tag.type != WireType::kFixed64 || !reader.read_fixed64(sample.value)) return false;
      } else if (tag.field == kSampleTimestamp) {
        if (tag.type != WireType::kVarint || !reader.read_varint(sample.time)) return false;
      } else if (!reader.skip(tag.type)) {
        return false;
      }
    }
    remember_time(bytes, sample.time);
    return true;
  }

  // A value, or none, then the timestamp that ended the last such sample, byte for byte: the
  // samples of one scrape. Reads a word that may begin before `bytes`, in their tag and length.
  bool is_like_last(std::string_view bytes) const {
    if (last_time_size_ == 0 || bytes.size() < last_time_size_) return false;
    const size_t before = bytes.size() - last_time_size_;
    return (ending_word(bytes) & last_time_mask_) == last_time_word_ &&
           (before == 0 || (before == kPlainValue && bytes[0] == kValueTag));
  }

  void remember_time(std::string_view bytes, uint64_t time) {
    const size_t size = 1 + varint_size(time);
    const size_t before = bytes.size() < size ? 0 : bytes.size() - size;
    last_time_size_ = 0;
    if (before + size != bytes.size() || size < kLeastTime || size > sizeof(uint64_t)) return;
    if (bytes[before] != kTimestampTag) return;
    if (before != 0 && (before != kPlainValue || bytes[0] != kValueTag)) return;
    last_time_size_ = size;
    last_time_ = time;
    last_time_mask_ = ~uint64_t{0} << (64 - 8 * size);
    last_time_word_ = ending_word(bytes) & last_time_mask_;
  }

  // Requires: eight bytes up to the end of `bytes` in the message.
  static uint64_t ending_word(std::string_view bytes) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + bytes.size() - sizeof(word), sizeof(word));
    return word;
  }

  // Copies the label fields of a series that has something between them; returns their size. The
  // series has been walked, so every read succeeds. Each byte is copied once at most: the copies
  // never exceed the message.
  size_t gather_labels(std::string_view bytes) {
    const size_t before = gathered_labels_.size();
    ProtoReader reader(bytes);
    while (!reader.done()) {
      const char* begin = reader.at();
      ProtoTag tag{};
      CHECK(reader.read_tag(tag) && reader.skip(tag.type));
      if (tag.field == kSeriesLabels) gathered_labels_.append(begin, reader.at());
    }
    return gathered_labels_.size() - before;
  }

  static constexpr size_t kSampleHeader = 2;                 // tag and length
  static constexpr size_t kPlainValue = 1 + sizeof(double);  // tag and value
  // A time field of so many bytes has eight behind the beginning of the series, with the tag and
  // the length of its sample.
  static constexpr size_t kLeastTime = sizeof(uint64_t) - kSampleHeader;
  static constexpr char kValueTag = tag_byte(kSampleValue, WireType::kFixed64);
  static constexpr char kTimestampTag = tag_byte(kSampleTimestamp, WireType::kVarint);

  WrittenRequest request_;
  LabelPredictor predictor_;
  // The timestamp field that ended the last sample, tag included: its bytes as the upper ones of a
  // word; 0 bytes where it is not to be expected again.
  size_t last_time_size_ = 0;
  uint64_t last_time_word_ = 0;
  uint64_t last_time_mask_ = 0;
  uint64_t last_time_ = 0;
  std::string gathered_labels_;  // goes behind the message
};

bool read_label(std::string_view bytes, Label& label) {
  ProtoReader reader(bytes);
  while (!reader.done()) {
    ProtoTag tag{};
    std::string_view text;
    if (!reader.read_tag(tag)) return false;
    if (tag.field != kLabelName && tag.field != kLabelValue) {
      if (!reader.skip(tag.type)) return false;
      continue;
    }
    if (tag.type != WireType::kBytes || !reader.read_bytes(text)) return false;
    (tag.field == kLabelName ? label.name : label.value) = text;
  }
  return true;
}

}  // namespace

std::string_view encode_write_request(std::span<const WriteSlice> slices, std::string& memory) {
  if (std::ranges::none_of(slices, holds_extras)) return encode_floats(slices, memory);
  // A request is a list of series: parts of it stand one behind the other.
  std::string message;
  for (const WriteSlice& part : slices) {
    holds_extras(part) ? append_extras(part, message)
                       : void(message += encode_floats({&part, 1}, memory));
  }
  if (memory.size() < message.size()) memory.resize(message.size());
  message.copy(memory.data(), message.size());
  return {memory.data(), message.size()};
}

uint64_t hash_of_labels(std::string_view region) {
  return XXH3_64bits(region.data(), region.size());
}

Result<WrittenRequest> decode_write_request(std::string message, LabelMemory* memory) {
  return Decoder(std::move(message), memory).run();
}

void encode_labels(const Labels& labels, std::string& out) {
  for (const Label& label : labels) {
    // proto3 leaves out an empty name; an empty value is never in a Labels.
    const size_t name_size = label.name.empty() ? 0 : text_field_size(label.name);
    out += tag_byte(kSeriesLabels, WireType::kBytes);
    append_varint(out, name_size + text_field_size(label.value));
    if (name_size > 0) append_bytes_field(out, kLabelName, label.name);
    append_bytes_field(out, kLabelValue, label.value);
  }
}

Result<Labels> decode_labels(std::string_view region) {
  std::vector<Label> labels;
  ProtoReader reader(region);
  while (!reader.done()) {
    ProtoTag tag{};
    std::string_view bytes;
    Label label;
    if (!reader.read_tag(tag) || tag.field != kSeriesLabels || tag.type != WireType::kBytes ||
        !reader.read_bytes(bytes) || !read_label(bytes, label)) {
      return Error{"not the labels of a prometheus.TimeSeries"};
    }
    labels.push_back(std::move(label));
  }
  return Labels(std::move(labels));
}

}  // namespace pushpull::wire
