#include "harness/wire/proto_reader.h"

#include <bit>
#include <cstring>

namespace pushpull::wire {

static_assert(std::endian::native == std::endian::little, "fixed64 is read by memcpy");

bool ProtoReader::read_varint(uint64_t& value) {
  constexpr int kMaxBits = 70;  // ten bytes
  value = 0;
  for (int shift = 0; shift < kMaxBits && at_ != end_; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at_++);
    value |= uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool ProtoReader::read_fixed64(uint64_t& value) {
  const char* from = at_;
  if (!advance(sizeof(value))) return false;
  std::memcpy(&value, from, sizeof(value));
  return true;
}

bool ProtoReader::skip(WireType type) {
  uint64_t ignored_number = 0;
  std::string_view ignored_bytes;
  switch (type) {
    case WireType::kVarint:
      return read_varint(ignored_number);
    case WireType::kFixed64:
      return advance(8);
    case WireType::kBytes:
      return read_bytes(ignored_bytes);
    case WireType::kFixed32:
      return advance(4);
  }
  return false;
}

}  // namespace pushpull::wire
