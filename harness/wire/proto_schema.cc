#include "harness/wire/proto_schema.h"

#include <algorithm>

namespace pushpull::wire {

namespace {

using Contents = ProtoField::Contents;

constexpr ProtoField kLabelFields[] = {{1, WireType::kBytes}, {2, WireType::kBytes}};

constexpr ProtoField kExemplarFields[] = {
    {1, WireType::kBytes, Contents::kMessage, kLabelFields},
    {2, WireType::kFixed64},
    {3, WireType::kVarint},
};

constexpr ProtoField kMetadataFields[] = {
    {1, WireType::kVarint}, {2, WireType::kBytes}, {4, WireType::kBytes}, {5, WireType::kBytes}};

constexpr ProtoField kExemplarV2Fields[] = {{1, WireType::kVarint, Contents::kPackedVarint},
                                            {2, WireType::kFixed64},
                                            {3, WireType::kVarint}};

constexpr ProtoField kMetadataV2Fields[] = {
    {1, WireType::kVarint}, {3, WireType::kVarint}, {4, WireType::kVarint}};

constexpr ProtoField kSpanFields[] = {{1, WireType::kVarint}, {2, WireType::kVarint}};

// The last is new in 2.0.
constexpr ProtoField kHistogramV2Fields[] = {
    {1, WireType::kVarint},   // count_int
    {2, WireType::kFixed64},  // count_float
    {3, WireType::kFixed64},  // sum
    {4, WireType::kVarint},   // schema
    {5, WireType::kFixed64},  // zero_threshold
    {6, WireType::kVarint},   // zero_count_int
    {7, WireType::kFixed64},  // zero_count_float
    {8, WireType::kBytes, Contents::kMessage, kSpanFields},
    {9, WireType::kVarint, Contents::kPackedVarint},     // negative_deltas
    {10, WireType::kFixed64, Contents::kPackedFixed64},  // negative_counts
    {11, WireType::kBytes, Contents::kMessage, kSpanFields},
    {12, WireType::kVarint, Contents::kPackedVarint},    // positive_deltas
    {13, WireType::kFixed64, Contents::kPackedFixed64},  // positive_counts
    {14, WireType::kVarint},                             // reset_hint
    {15, WireType::kVarint},                             // timestamp
    {16, WireType::kFixed64, Contents::kPackedFixed64},  // custom_values
    {17, WireType::kVarint},                             // start_timestamp
};
constexpr std::span<const ProtoField> kHistogramFields =
    std::span(kHistogramV2Fields).first(std::size(kHistogramV2Fields) - 1);

bool varints(std::string_view packed) {
  ProtoReader reader(packed);
  uint64_t ignored = 0;
  while (!reader.done()) {
    if (!reader.read_varint(ignored)) return false;
  }
  return true;
}

bool packed(const ProtoField& field) {
  return field.contents == Contents::kPackedVarint || field.contents == Contents::kPackedFixed64;
}

bool contents_conform(std::string_view contents, const ProtoField& field) {
  switch (field.contents) {
    case Contents::kPlain:
      return true;
    case Contents::kMessage:
      return conforms(contents, field.message);
    case Contents::kPackedVarint:
      return varints(contents);
    case Contents::kPackedFixed64:
      return contents.size() % sizeof(uint64_t) == 0;
  }
  return false;
}

}  // namespace

constinit const std::span<const ProtoField> kLabelSchema = kLabelFields;
constinit const std::span<const ProtoField> kExemplarSchema = kExemplarFields;
constinit const std::span<const ProtoField> kHistogramSchema = kHistogramFields;
constinit const std::span<const ProtoField> kMetadataSchema = kMetadataFields;
constinit const std::span<const ProtoField> kHistogramV2Schema = kHistogramV2Fields;
constinit const std::span<const ProtoField> kExemplarV2Schema = kExemplarV2Fields;
constinit const std::span<const ProtoField> kMetadataV2Schema = kMetadataV2Fields;

bool conforms(std::string_view message, std::span<const ProtoField> schema) {
  ProtoReader reader(message);
  while (!reader.done()) {
    ProtoTag tag{};
    if (!reader.read_tag(tag)) return false;
    const auto field = std::ranges::find(schema, tag.field, &ProtoField::number);
    if (field == schema.end()) {
      if (!reader.skip(tag.type)) return false;
    } else if (tag.type == WireType::kBytes &&
               (field->type == WireType::kBytes || packed(*field))) {
      std::string_view contents;
      if (!reader.read_bytes(contents) || !contents_conform(contents, *field)) return false;
    } else if (tag.type != field->type || !reader.skip(tag.type)) {
      return false;
    }
  }
  return true;
}

}  // namespace pushpull::wire
