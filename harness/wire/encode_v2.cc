#include "harness/wire/encode_v2.h"

#include <cstring>
#include <utility>

#include "harness/base/check.h"
#include "harness/base/spare_strings.h"
#include "harness/wire/proto_writer.h"
#include "harness/wire/symbol_block.h"
#include "harness/wire/symbol_table.h"

namespace pushpull::wire {

namespace {

// Field numbers of remote_write_v2.proto.
constexpr uint32_t kRequestTimeseries = 5;
constexpr uint32_t kSeriesRefs = 1;
constexpr uint32_t kSeriesSamples = 2;
constexpr uint32_t kSeriesHistograms = 3;
constexpr uint32_t kSeriesExemplars = 4;
constexpr uint32_t kSeriesMetadata = 5;
constexpr uint32_t kSeriesCreated = 6;
constexpr uint32_t kSampleValue = 1;
constexpr uint32_t kSampleTimestamp = 2;
constexpr uint32_t kSampleStart = 3;
constexpr uint32_t kExemplarRefs = 1;
constexpr uint32_t kExemplarValue = 2;
constexpr uint32_t kExemplarTimestamp = 3;
constexpr uint32_t kMetadataType = 1;
constexpr uint32_t kMetadataHelp = 3;
constexpr uint32_t kMetadataUnit = 4;

constexpr size_t kMaxRef = 5;  // bytes of a uint32
// Of one TimeSeries beyond its refs: three tags and lengths (two may need five bytes), the sample,
// the empty metadata.
constexpr size_t kMaxOverhead = (1 + 5) + (1 + 5) + (1 + 1) + (1 + 8) + (1 + kMaxVarint) + 2;

void append_refs(std::string& out, uint32_t field, const std::vector<uint32_t>& refs) {
  if (refs.empty()) return;
  std::string packed;
  for (const uint32_t ref : refs) append_varint(packed, ref);
  append_bytes_field(out, field, packed);
}

std::vector<uint32_t> refs_of(const Labels& labels, SymbolTable& table) {
  std::vector<uint32_t> refs;
  for (const Label& label : labels) {
    refs.push_back(table.ref(label.name));
    refs.push_back(table.ref(label.value));
  }
  return refs;
}

std::string histogram_message(const NativeHistogram& histogram) {
  std::string out;
  encode_histogram(histogram, out);
  return out;
}

std::string exemplar_message(const Exemplar& exemplar, SymbolTable& table) {
  std::string out;
  append_refs(out, kExemplarRefs, refs_of(exemplar.labels, table));
  append_double_field(out, kExemplarValue, exemplar.value);
  append_varint_field(out, kExemplarTimestamp, static_cast<uint64_t>(exemplar.timestamp_ms));
  return out;
}

// Writes the series of a request and numbers its texts on the way.
class SliceEncoder {
 public:
  SliceEncoder(char* out, size_t room) : at_(out), end_(out + room) {}

  void add(const WriteSlice& part) {
    const SymbolBlock& block = part.labels->symbols();
    std::vector<uint32_t>& refs = refs_of(block);
    const Record& record = *part.slice.record;
    if (record.extras != nullptr) return add_extras(part, block, refs);
    for (uint32_t i = 0; i < part.slice.count; ++i) {
      const uint32_t position = part.slice.position(i);
      const double value = record.values.empty() ? record.value(position) : record.values[position];
      add_series(block, refs, position, value, record.timestamp(position));
    }
  }

  const SymbolTable& table() const { return table_; }
  const char* end() const { return at_; }

 private:
  // Refs of a block's texts in this request, by number; kNone where not used yet.
  std::vector<uint32_t>& refs_of(const SymbolBlock& block) {
    for (auto& [known, refs] : blocks_) {
      if (known == &block) return refs;
    }
    return blocks_.emplace_back(&block, std::vector<uint32_t>(block.texts(), kNone)).second;
  }

  void add_series(const SymbolBlock& block, std::vector<uint32_t>& refs, uint32_t position,
                  double value, int64_t timestamp_ms) {
    const std::span<const uint32_t> numbers = block.labels(position);
    size_t refs_size = 0;
    for (const uint32_t number : numbers) {
      uint32_t& ref = refs[number];
      if (ref == kNone) ref = table_.ref(block.text(number));
      refs_size += varint_size(ref);
    }
    const bool has_value = value != 0;  // as Prometheus: -0 is left out too
    const size_t sample_size =
        (has_value ? 1 + sizeof(value) : 0) +
        (timestamp_ms != 0 ? 1 + varint_size(static_cast<uint64_t>(timestamp_ms)) : 0);
    const size_t refs_field = numbers.empty() ? 0 : 1 + varint_size(refs_size) + refs_size;
    *at_++ = tag_byte(kRequestTimeseries, WireType::kBytes);
    at_ = write_varint(at_, refs_field + 2 + sample_size + 2);
    if (!numbers.empty()) {
      *at_++ = tag_byte(kSeriesRefs, WireType::kBytes);
      at_ = write_varint(at_, refs_size);
      for (const uint32_t number : numbers) at_ = write_varint(at_, refs[number]);
    }
    *at_++ = tag_byte(kSeriesSamples, WireType::kBytes);
    *at_++ = static_cast<char>(sample_size);
    if (has_value) {
      *at_++ = tag_byte(kSampleValue, WireType::kFixed64);
      std::memcpy(at_, &value, sizeof(value));
      at_ += sizeof(value);
    }
    if (timestamp_ms != 0) {
      *at_++ = tag_byte(kSampleTimestamp, WireType::kVarint);
      at_ = write_varint(at_, static_cast<uint64_t>(timestamp_ms));
    }
    *at_++ = tag_byte(kSeriesMetadata, WireType::kBytes);
    *at_++ = 0;
  }

  // Symbols are numbered series first, then what the exemplar has.
  void add_extras(const WriteSlice& part, const SymbolBlock& block, std::vector<uint32_t>& refs) {
    const RecordExtras& extras = *part.slice.record->extras;
    const bool histograms = part.slice.record->kind() == RecordKind::kHistograms;
    for (uint32_t i = 0; i < part.slice.count; ++i) {
      const uint32_t position = part.slice.position(i);
      std::vector<uint32_t> labels;
      for (const uint32_t number : block.labels(position)) {
        uint32_t& ref = refs[number];
        if (ref == kNone) ref = table_.ref(block.text(number));
        labels.push_back(ref);
      }
      std::string series;
      append_refs(series, kSeriesRefs, labels);
      histograms ? append_bytes_field(series, kSeriesHistograms,
                                      histogram_message(extras.histograms[position]))
                 : append_bytes_field(series, kSeriesExemplars,
                                      exemplar_message(extras.exemplars[position], table_));
      append_bytes_field(series, kSeriesMetadata, "");
      append_series(series);
    }
  }
  void append_series(std::string_view series) {
    CHECK(1 + kMaxVarint + series.size() <= static_cast<size_t>(end_ - at_));
    *at_++ = tag_byte(kRequestTimeseries, WireType::kBytes);
    at_ = write_varint(at_, series.size());
    std::memcpy(at_, series.data(), series.size());
    at_ += series.size();
  }

  static constexpr uint32_t kNone = ~uint32_t{0};

  SymbolTable table_;
  // A request has slices of few layouts.
  std::vector<std::pair<const SymbolBlock*, std::vector<uint32_t>>> blocks_;
  char* at_;
  const char* end_;
};

// Of a histogram's message, or an exemplar's.
size_t extra_bound(const WriteSlice& part, uint32_t position) {
  const RecordExtras& extras = *part.slice.record->extras;
  if (part.slice.record->kind() == RecordKind::kHistograms) {
    return histogram_message(extras.histograms[position]).size();
  }
  return extras.exemplars[position].labels.size() * 2 * kMaxRef;
}

size_t size_bound(std::span<const WriteSlice> slices) {
  size_t bound = 0;
  for (const WriteSlice& part : slices) {
    bound += part.slice.count * (kMaxOverhead + part.labels->symbols().longest() * kMaxRef);
    if (part.slice.record->extras == nullptr) continue;
    for (uint32_t i = 0; i < part.slice.count; ++i) {
      // Lengths of five bytes instead of one, twice.
      bound += extra_bound(part, part.slice.position(i)) + 2 * kMaxVarint;
    }
  }
  return bound;
}

std::string sample_message(const SeriesV2::Sample& sample) {
  std::string out;
  append_double_field(out, kSampleValue, sample.value);
  append_varint_field(out, kSampleTimestamp, static_cast<uint64_t>(sample.timestamp_ms));
  append_varint_field(out, kSampleStart, static_cast<uint64_t>(sample.start_timestamp_ms));
  return out;
}

std::string metadata_message(const FamilyMetadata& metadata, SymbolTable& table) {
  std::string out;
  append_varint_field(out, kMetadataType, static_cast<uint64_t>(metadata.type));
  append_varint_field(out, kMetadataHelp, table.ref(metadata.help));
  append_varint_field(out, kMetadataUnit, table.ref(metadata.unit));
  return out;
}

std::string series_message(const SeriesV2& series, SymbolTable& table) {
  const std::string metadata = metadata_message(series.metadata, table);
  std::string out;
  append_refs(out, kSeriesRefs, refs_of(series.labels, table));
  for (const SeriesV2::Sample& sample : series.samples) {
    append_bytes_field(out, kSeriesSamples, sample_message(sample));
  }
  for (const NativeHistogram& histogram : series.histograms) {
    append_bytes_field(out, kSeriesHistograms, histogram_message(histogram));
  }
  for (const Exemplar& exemplar : series.exemplars) {
    append_bytes_field(out, kSeriesExemplars, exemplar_message(exemplar, table));
  }
  append_bytes_field(out, kSeriesMetadata, metadata);
  append_varint_field(out, kSeriesCreated, static_cast<uint64_t>(series.created_timestamp_ms));
  return out;
}

}  // namespace

std::string_view encode_write_request_v2(std::span<const WriteSlice> slices, std::string& memory) {
  // Symbols come first on the wire, and are known last.
  std::string series = spare_strings(SpareUse::kEncoding).take();
  const size_t bound = size_bound(slices);
  if (series.size() < bound) series.resize(bound);
  SliceEncoder encoder(series.data(), series.size());
  for (const WriteSlice& part : slices) encoder.add(part);
  const auto series_size = static_cast<size_t>(encoder.end() - series.data());
  const size_t size = encoder.table().encoded_size() + series_size;
  if (memory.size() < size) memory.resize(size);
  char* behind_symbols = encoder.table().encode(memory.data());
  if (series_size > 0) std::memcpy(behind_symbols, series.data(), series_size);
  spare_strings(SpareUse::kEncoding).give_back(std::move(series));
  return {memory.data(), size};
}

std::string encode_series_v2(std::span<const SeriesV2> all) {
  SymbolTable table;
  std::string series;
  for (const SeriesV2& one : all) {
    append_bytes_field(series, kRequestTimeseries, series_message(one, table));
  }
  std::string message(table.encoded_size(), '\0');
  table.encode(message.data());
  return message + series;
}

}  // namespace pushpull::wire
