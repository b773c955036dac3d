#include "harness/wire/decode_v2.h"

#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "harness/base/check.h"
#include "harness/base/spare_strings.h"
#include "harness/wire/proto_schema.h"
#include "harness/wire/proto_writer.h"
#include "harness/wire/write_request.h"

namespace pushpull::wire {

namespace {

// Field numbers of remote_write_v2.proto, and of a 1.0 TimeSeries for the regions made here.
constexpr uint32_t kRequestSymbols = 4;
constexpr uint32_t kRequestTimeseries = 5;
enum SeriesField : uint32_t {
  kRefs = 1,
  kSamples = 2,
  kHistograms = 3,
  kExemplars = 4,
  kMetadata = 5,
  kCreated = 6
};
constexpr uint32_t kSampleValue = 1;
constexpr uint32_t kSampleTimestamp = 2;
constexpr uint32_t kSampleStart = 3;
constexpr uint32_t kExemplarRefs = 1;
constexpr uint32_t kExemplarValue = 2;
constexpr uint32_t kExemplarTimestamp = 3;
constexpr uint32_t kMetadataType = 1;
constexpr uint32_t kMetadataHelp = 3;
constexpr uint32_t kMetadataUnit = 4;
constexpr uint32_t kLabelsV1 = 1;
constexpr uint32_t kLabelName = 1;
constexpr uint32_t kLabelValue = 2;

constexpr size_t kMaxLabelBytes = size_t{512} << 20;

using Refs = std::vector<uint32_t>;

// A field of refs, packed or one by one.
bool read_refs(ProtoReader& reader, WireType type, Refs& refs) {
  uint64_t ref = 0;
  if (type == WireType::kVarint) {
    if (!reader.read_varint(ref)) return false;
    refs.push_back(static_cast<uint32_t>(ref));
    return true;
  }
  std::string_view packed;
  if (type != WireType::kBytes || !reader.read_bytes(packed)) return false;
  ProtoReader inner(packed);
  while (!inner.done()) {
    if (!inner.read_varint(ref)) return false;
    refs.push_back(static_cast<uint32_t>(ref));
  }
  return true;
}

struct MetadataRefs {
  int32_t type = 0;
  uint32_t help = 0;
  uint32_t unit = 0;
};

// Requires: `message` conforms. Fields that come again replace those before, over several messages
// too.
void read_metadata(std::string_view message, MetadataRefs& refs) {
  ProtoReader reader(message);
  while (!reader.done()) {
    ProtoTag tag{};
    uint64_t number = 0;
    CHECK(reader.read_tag(tag));
    if (tag.type != WireType::kVarint) {
      CHECK(reader.skip(tag.type));
      continue;
    }
    CHECK(reader.read_varint(number));
    if (tag.field == kMetadataType) refs.type = static_cast<int32_t>(number);
    if (tag.field == kMetadataHelp) refs.help = static_cast<uint32_t>(number);
    if (tag.field == kMetadataUnit) refs.unit = static_cast<uint32_t>(number);
  }
}

// The refs of a TimeSeries.
struct SeriesRefs {
  Refs labels;
  MetadataRefs metadata;
};

// Requires: the bytes have been decoded before.
void read_series_refs(std::string_view series, SeriesRefs& refs) {
  refs.labels.clear();
  refs.metadata = {};
  ProtoReader reader(series);
  while (!reader.done()) {
    ProtoTag tag{};
    std::string_view contents;
    CHECK(reader.read_tag(tag));
    if (tag.field == kRefs) {
      CHECK(read_refs(reader, tag.type, refs.labels));
    } else if (tag.field == kMetadata) {
      CHECK(reader.read_bytes(contents));
      read_metadata(contents, refs.metadata);
    } else {
      CHECK(reader.skip(tag.type));
    }
  }
}

// Why refs are no labels, as Prometheus says it; nothing where they are.
std::optional<std::string> wrong_refs(const Refs& refs, size_t symbols) {
  if (refs.size() % 2 != 0) return "invalid labelRefs length " + std::to_string(refs.size());
  for (size_t i = 0; i < refs.size(); i += 2) {
    if (refs[i] < symbols && refs[i + 1] < symbols) continue;
    return "labelRefs " + std::to_string(refs[i]) + " (name) = " + std::to_string(refs[i + 1]) +
           " (value) outside of symbols table (size " + std::to_string(symbols) + ")";
  }
  return std::nullopt;
}

std::optional<std::string> wrong_metadata(const MetadataRefs& refs, size_t symbols) {
  const auto outside = [symbols](const char* field, uint32_t ref) {
    return std::string("metadata ") + field + " " + std::to_string(ref) +
           " outside of symbols table (size " + std::to_string(symbols) + ")";
  };
  if (refs.unit >= symbols) return outside("unit_ref", refs.unit);
  if (refs.help >= symbols) return outside("help_ref", refs.help);
  return std::nullopt;
}

// As Go prints a slice.
std::string list_of(const Refs& refs) {
  std::string text = "[";
  for (const uint32_t ref : refs) text += (text.size() > 1 ? " " : "") + std::to_string(ref);
  return text + "]";
}

size_t text_field_size(std::string_view text) {
  return text.empty() ? 0 : 1 + varint_size(text.size()) + text.size();
}

char* write_text_field(char* out, uint32_t field, std::string_view text) {
  if (text.empty()) return out;
  *out++ = tag_byte(field, WireType::kBytes);
  out = write_varint(out, text.size());
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

}  // namespace

// Walks one message, twice over its series: symbols may stand behind them.
class RequestV2Decoder {
 public:
  explicit RequestV2Decoder(std::string message) {
    request_.message_ = std::move(message);
    request_.labels_ = spare_strings(SpareUse::kWriteLabels).take();
    request_.labels_.clear();
  }

  Result<WrittenRequestV2> run() {
    if (request_.message_.size() > std::numeric_limits<int32_t>::max()) {
      return Error{"a write request has at most 2 GiB"};
    }
    // A guess of the size of one series: a real Prometheus sends 40 … 70 bytes.
    request_.samples.reserve(request_.message_.size() / 40);
    request_.series.reserve(request_.message_.size() / 40);
    ProtoReader reader(request_.message_);
    while (!reader.done()) {
      const size_t begin = offset(reader.at());
      if (!field(reader)) {
        return Error{"not a valid io.prometheus.write.v2.Request: broken field at byte " +
                     std::to_string(begin)};
      }
    }
    for (WrittenRequestV2::Series& series : request_.series) {
      if (!resolve(series)) {
        return Error{"the labels of this write request take more than 512 MiB when written out"};
      }
    }
    return std::move(request_);
  }

 private:
  using Part = WrittenRequestV2::Part;

  size_t offset(const char* at) const { return static_cast<size_t>(at - request_.message_.data()); }
  Part part(std::string_view bytes) const {
    return {static_cast<uint32_t>(offset(bytes.data())), static_cast<uint32_t>(bytes.size())};
  }

  bool field(ProtoReader& reader) {
    ProtoTag tag{};
    if (!reader.read_tag(tag)) return false;
    if (tag.field != kRequestSymbols && tag.field != kRequestTimeseries) {
      return reader.skip(tag.type);
    }
    std::string_view bytes;
    if (tag.type != WireType::kBytes || !reader.read_bytes(bytes)) return false;
    if (tag.field == kRequestTimeseries) return series(bytes);
    request_.symbols_.push_back(part(bytes));
    return true;
  }

  bool series(std::string_view bytes) {
    WrittenRequestV2::Series series{};
    series.bytes = part(bytes);
    ProtoReader reader(bytes);
    while (!reader.done()) {
      ProtoTag tag{};
      if (!reader.read_tag(tag) || !series_field(tag, reader, series)) return false;
    }
    series.samples_end = static_cast<uint32_t>(request_.samples.size());
    series.histograms_end = static_cast<uint32_t>(request_.histograms.size());
    series.exemplars_end = static_cast<uint32_t>(request_.exemplars.size());
    request_.series.push_back(series);
    return true;
  }

  bool series_field(const ProtoTag& tag, ProtoReader& reader, WrittenRequestV2::Series& series) {
    if (tag.field == kRefs) return skip_refs(reader, tag.type);
    if (tag.field == kCreated) {
      uint64_t created = 0;
      if (tag.type != WireType::kVarint || !reader.read_varint(created)) return false;
      series.created_timestamp_ms = static_cast<int64_t>(created);
      return true;
    }
    if (tag.field > kCreated) return reader.skip(tag.type);
    std::string_view contents;
    if (tag.type != WireType::kBytes || !reader.read_bytes(contents)) return false;
    switch (tag.field) {
      case kSamples:
        return sample(contents);
      case kHistograms:
        request_.histograms.push_back(part(contents));
        return conforms(contents, kHistogramV2Schema);
      case kExemplars:
        request_.exemplars.push_back(part(contents));
        return conforms(contents, kExemplarV2Schema);
      default:
        return conforms(contents, kMetadataV2Schema);
    }
  }

  static bool skip_refs(ProtoReader& reader, WireType type) {
    if (type == WireType::kVarint) return reader.skip(type);
    std::string_view packed;
    if (type != WireType::kBytes || !reader.read_bytes(packed)) return false;
    // Whole varints only; resolve() reads them.
    ProtoReader inner(packed);
    while (!inner.done()) {
      if (!inner.skip(WireType::kVarint)) return false;
    }
    return true;
  }

  bool sample(std::string_view bytes) {
    uint64_t value = 0;
    uint64_t timestamp = 0;
    uint64_t start = 0;
    ProtoReader reader(bytes);
    while (!reader.done()) {
      ProtoTag tag{};
      if (!reader.read_tag(tag)) return false;
      if (tag.field == kSampleValue) {
        if (tag.type != WireType::kFixed64 || !reader.read_fixed64(value)) return false;
      } else if (tag.field == kSampleTimestamp || tag.field == kSampleStart) {
        uint64_t& time = tag.field == kSampleStart ? start : timestamp;
        if (tag.type != WireType::kVarint || !reader.read_varint(time)) return false;
      } else if (!reader.skip(tag.type)) {
        return false;
      }
    }
    request_.samples.push_back({static_cast<int64_t>(timestamp), static_cast<int64_t>(start),
                                std::bit_cast<double>(value)});
    return true;
  }

  // Writes the labels out, behind those of the series before. False where that takes too much.
  bool resolve(WrittenRequestV2::Series& series) {
    read_series_refs(request_.text(series.bytes), refs_);
    const size_t symbols = request_.symbols_.size();
    series.label_begin = request_.labels_.size();
    series.broken = wrong_refs(refs_.labels, symbols).has_value() ||
                    wrong_metadata(refs_.metadata, symbols).has_value();
    return series.broken || write_labels(series);
  }

  bool write_labels(WrittenRequestV2::Series& series) {
    size_t bound = 0;
    for (size_t i = 0; i < refs_.labels.size(); i += 2) {
      bound += 1 + kMaxVarint + text_field_size(symbol(i)) + text_field_size(symbol(i + 1));
      if (series.label_begin + bound > kMaxLabelBytes) return false;
    }
    std::string& labels = request_.labels_;
    labels.resize(series.label_begin + bound);
    char* out = labels.data() + series.label_begin;
    for (size_t i = 0; i < refs_.labels.size(); i += 2) {
      const std::string_view name = symbol(i);
      const std::string_view value = symbol(i + 1);
      *out++ = tag_byte(kLabelsV1, WireType::kBytes);
      out = write_varint(out, text_field_size(name) + text_field_size(value));
      out = write_text_field(out, kLabelName, name);
      out = write_text_field(out, kLabelValue, value);
    }
    series.label_size = static_cast<uint32_t>(out - labels.data() - series.label_begin);
    labels.resize(series.label_begin + series.label_size);
    series.label_hash = hash_of_labels(request_.region(series));
    return true;
  }

  std::string_view symbol(size_t i) const {
    return request_.text(request_.symbols_[refs_.labels[i]]);
  }

  WrittenRequestV2 request_;
  SeriesRefs refs_;  // of the series at hand
};

std::optional<std::string> WrittenRequestV2::defect(const Series& one) const {
  if (!one.broken) return std::nullopt;
  SeriesRefs refs;
  read_series_refs(text(one.bytes), refs);
  const std::optional<std::string> labels = wrong_refs(refs.labels, symbols_.size());
  if (labels) return "parsing labels for series " + list_of(refs.labels) + ": " + *labels;
  return "parsing metadata for series " + list_of(refs.labels) + ": " +
         wrong_metadata(refs.metadata, symbols_.size()).value();
}

FamilyMetadata WrittenRequestV2::metadata(const Series& one) const {
  CHECK(!one.broken);
  SeriesRefs refs;
  read_series_refs(text(one.bytes), refs);
  const auto [type, help, unit] = refs.metadata;
  return {type, "", std::string(text(symbols_[help])), std::string(text(symbols_[unit]))};
}

Result<Exemplar> WrittenRequestV2::exemplar(const Part& part) const {
  Exemplar exemplar;
  Refs refs;
  ProtoReader reader(text(part));
  while (!reader.done()) {
    ProtoTag tag{};
    uint64_t number = 0;
    CHECK(reader.read_tag(tag));
    if (tag.field == kExemplarRefs) {
      CHECK(read_refs(reader, tag.type, refs));
    } else if (tag.field == kExemplarValue) {
      CHECK(reader.read_fixed64(number));
      exemplar.value = std::bit_cast<double>(number);
    } else if (tag.field == kExemplarTimestamp) {
      CHECK(reader.read_varint(number));
      exemplar.timestamp_ms = static_cast<int64_t>(number);
    } else {
      CHECK(reader.skip(tag.type));
    }
  }
  if (const auto wrong = wrong_refs(refs, symbols_.size())) return Error{*wrong};
  std::vector<Label> labels;
  for (size_t i = 0; i < refs.size(); i += 2) {
    labels.push_back(
        {std::string(text(symbols_[refs[i]])), std::string(text(symbols_[refs[i + 1]]))});
  }
  exemplar.labels = Labels(std::move(labels));
  exemplar.dated = exemplar.timestamp_ms != 0;  // as Prometheus reads it
  return exemplar;
}

NativeHistogram WrittenRequestV2::histogram(const Part& part) const {
  return decode_histogram(text(part)).value();
}

void WrittenRequestV2::give_memory_back() {
  spare_strings(SpareUse::kWriteRequest).give_back(std::move(message_));
  spare_strings(SpareUse::kWriteLabels).give_back(std::move(labels_));
}

Result<WrittenRequestV2> decode_write_request_v2(std::string message) {
  return RequestV2Decoder(std::move(message)).run();
}

}  // namespace pushpull::wire
