#include "harness/wire/exemplar.h"

#include <bit>

#include "harness/base/check.h"
#include "harness/wire/proto_writer.h"
#include "harness/wire/write_request.h"

namespace pushpull::wire {

namespace {

// Field numbers of remote_write.proto.
constexpr uint32_t kRequestTimeseries = 1;
constexpr uint32_t kRequestMetadata = 3;
constexpr uint32_t kSeriesLabels = 1;
constexpr uint32_t kSeriesExemplars = 3;
constexpr uint32_t kSeriesHistograms = 4;
constexpr uint32_t kExemplarLabels = 1;
constexpr uint32_t kExemplarValue = 2;
constexpr uint32_t kExemplarTimestamp = 3;
constexpr uint32_t kMetadataType = 1;
constexpr uint32_t kMetadataFamily = 2;
constexpr uint32_t kMetadataHelp = 4;
constexpr uint32_t kMetadataUnit = 5;

static_assert(kExemplarLabels == kSeriesLabels, "one encoder for both lists of labels");

// Calls f(tag, contents) for each length-delimited field of a message that has been checked.
template <class F>
void each_bytes_field(std::string_view message, F&& f) {
  ProtoReader reader(message);
  while (!reader.done()) {
    ProtoTag tag{};
    std::string_view contents;
    CHECK(reader.read_tag(tag));
    if (tag.type != WireType::kBytes) {
      CHECK(reader.skip(tag.type));
    } else {
      CHECK(reader.read_bytes(contents));
      f(tag.field, contents);
    }
  }
}

void append_series(std::string_view region, uint32_t field, std::string_view message,
                   std::string& out) {
  append_tag(out, kRequestTimeseries, WireType::kBytes);
  append_varint(out, region.size() + 1 + varint_size(message.size()) + message.size());
  out += region;
  append_bytes_field(out, field, message);
}

bool read_exemplar(std::string_view message, std::string& region, Exemplar& exemplar) {
  ProtoReader reader(message);
  while (!reader.done()) {
    const char* begin = reader.at();
    ProtoTag tag{};
    uint64_t raw = 0;
    if (!reader.read_tag(tag)) return false;
    if (tag.field == kExemplarLabels) {
      if (tag.type != WireType::kBytes || !reader.skip(tag.type)) return false;
      region.append(begin, reader.at());
    } else if (tag.field == kExemplarValue) {
      if (tag.type != WireType::kFixed64 || !reader.read_fixed64(raw)) return false;
      exemplar.value = std::bit_cast<double>(raw);
    } else if (tag.field == kExemplarTimestamp) {
      if (tag.type != WireType::kVarint || !reader.read_varint(raw)) return false;
      exemplar.timestamp_ms = static_cast<int64_t>(raw);
    } else if (!reader.skip(tag.type)) {
      return false;
    }
  }
  return true;
}

std::string* text_of(FamilyMetadata& metadata, uint32_t field) {
  switch (field) {
    case kMetadataFamily:
      return &metadata.family;
    case kMetadataHelp:
      return &metadata.help;
    case kMetadataUnit:
      return &metadata.unit;
    default:
      return nullptr;
  }
}

bool read_metadata(std::string_view message, FamilyMetadata& metadata) {
  ProtoReader reader(message);
  while (!reader.done()) {
    ProtoTag tag{};
    if (!reader.read_tag(tag)) return false;
    if (tag.field == kMetadataType) {
      uint64_t raw = 0;
      if (tag.type != WireType::kVarint || !reader.read_varint(raw)) return false;
      metadata.type = static_cast<int32_t>(raw);
    } else if (std::string* text = text_of(metadata, tag.field)) {
      std::string_view contents;
      if (tag.type != WireType::kBytes || !reader.read_bytes(contents)) return false;
      *text = contents;
    } else if (!reader.skip(tag.type)) {
      return false;
    }
  }
  return true;
}

}  // namespace

void encode_exemplar(const Exemplar& exemplar, std::string& out) {
  encode_labels(exemplar.labels, out);
  append_double_field(out, kExemplarValue, exemplar.value);
  append_varint_field(out, kExemplarTimestamp, static_cast<uint64_t>(exemplar.timestamp_ms));
}

void encode_metadata(const FamilyMetadata& metadata, std::string& out) {
  const auto text = [&out](uint32_t field, const std::string& value) {
    if (!value.empty()) append_bytes_field(out, field, value);
  };
  append_varint_field(out, kMetadataType, static_cast<uint64_t>(metadata.type));
  text(kMetadataFamily, metadata.family);
  text(kMetadataHelp, metadata.help);
  text(kMetadataUnit, metadata.unit);
}

Result<Exemplar> decode_exemplar(std::string_view message) {
  Exemplar exemplar;
  std::string region;
  if (!read_exemplar(message, region, exemplar)) return Error{"not a valid exemplar"};
  Result<Labels> labels = decode_labels(region);
  if (!labels) return Error{"not a valid exemplar"};
  exemplar.labels = std::move(*labels);
  exemplar.dated = exemplar.timestamp_ms != 0;  // as Prometheus reads it
  return exemplar;
}

Result<FamilyMetadata> decode_metadata(std::string_view message) {
  FamilyMetadata metadata;
  if (!read_metadata(message, metadata)) return Error{"not valid metadata"};
  return metadata;
}

WriteExtras find_extras(std::string_view message) {
  WriteExtras extras;
  each_bytes_field(message, [&](uint32_t field, std::string_view contents) {
    if (field == kRequestMetadata) extras.metadata.push_back(contents);
    if (field != kRequestTimeseries) return;
    each_bytes_field(contents, [&](uint32_t inner, std::string_view part) {
      if (inner == kSeriesExemplars) extras.exemplars.push_back({contents, part});
      if (inner == kSeriesHistograms) extras.histograms.push_back({contents, part});
    });
  });
  return extras;
}

Result<Labels> labels_of_series(std::string_view series) {
  std::string region;
  each_bytes_field(series, [&region](uint32_t field, std::string_view contents) {
    if (field == kSeriesLabels) append_bytes_field(region, field, contents);
  });
  return decode_labels(region);
}

void append_exemplar_series(std::string_view region, std::string_view message, std::string& out) {
  append_series(region, kSeriesExemplars, message, out);
}

void append_histogram_series(std::string_view region, std::string_view message, std::string& out) {
  append_series(region, kSeriesHistograms, message, out);
}

void append_metadata_entry(std::string_view message, std::string& out) {
  append_bytes_field(out, kRequestMetadata, message);
}

}  // namespace pushpull::wire
