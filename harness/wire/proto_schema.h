// Checks the parts of a message that are passed over unread. Prometheus decodes all of a request
// before it stores any of it, so a broken exemplar must fail the samples beside it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "harness/wire/proto_reader.h"

namespace pushpull::wire {

struct ProtoField {
  // What the contents of a kBytes field are; for kPacked…, the same field may also come unpacked,
  // as in every proto3 decoder.
  enum class Contents : uint8_t { kPlain, kMessage, kPackedVarint, kPackedFixed64 };

  uint32_t number;
  WireType type;
  Contents contents = Contents::kPlain;
  std::span<const ProtoField> message = {};  // of kMessage
};

// True if `message` decodes under `schema`. Unknown fields are skipped; a known field of another
// wire type is refused, as Prometheus does (libprotobuf would treat it as unknown).
bool conforms(std::string_view message, std::span<const ProtoField> schema);

// The schemas of remote_write.proto.
extern const std::span<const ProtoField> kLabelSchema;
extern const std::span<const ProtoField> kExemplarSchema;
extern const std::span<const ProtoField> kHistogramSchema;
extern const std::span<const ProtoField> kMetadataSchema;
// Those of remote_write_v2.proto.
extern const std::span<const ProtoField> kHistogramV2Schema;
extern const std::span<const ProtoField> kExemplarV2Schema;
extern const std::span<const ProtoField> kMetadataV2Schema;

}  // namespace pushpull::wire
