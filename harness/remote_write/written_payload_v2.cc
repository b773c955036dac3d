#include "harness/remote_write/written_payload_v2.h"

#include "harness/wire/compression.h"

namespace pushpull {

WrittenPayloadV2::~WrittenPayloadV2() { request_.give_memory_back(); }

Result<std::string> WrittenPayloadV2::encode() const {
  return wire::snappy_compress(request_.message());
}

int64_t WrittenPayloadV2::wire_size() const {
  return static_cast<int64_t>(wire::snappy_compress(request_.message()).size());
}

}  // namespace pushpull
