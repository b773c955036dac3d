// Writes protobuf fields. Zeros are left out as Prometheus's encoder leaves them out: it compares
// with == 0, so -0 goes too and arrives as 0.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "harness/wire/proto_reader.h"

namespace pushpull::wire {

inline constexpr size_t kMaxVarint = 10;

// The tag of a field below 16, which is one byte.
constexpr char tag_byte(uint32_t field, WireType type) {
  return static_cast<char>(field << 3 | static_cast<uint32_t>(type));
}

// Requires: kMaxVarint bytes at `out`. Returns what is behind the number.
inline char* write_varint(char* out, uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

inline size_t varint_size(uint64_t value) {
  return (static_cast<size_t>(std::bit_width(value | 1)) + 6) / 7;
}

inline void append_varint(std::string& out, uint64_t value) {
  char buffer[kMaxVarint];
  out.append(buffer, write_varint(buffer, value));
}

inline void append_tag(std::string& out, uint32_t field, WireType type) {
  append_varint(out, field << 3 | static_cast<uint32_t>(type));
}

inline void append_fixed64(std::string& out, double value) {
  char bytes[sizeof(value)];
  std::memcpy(bytes, &value, sizeof(value));
  out.append(bytes, sizeof(bytes));
}

// A text or a message; written even where it is empty.
inline void append_bytes_field(std::string& out, uint32_t field, std::string_view bytes) {
  append_tag(out, field, WireType::kBytes);
  append_varint(out, bytes.size());
  out += bytes;
}

inline void append_varint_field(std::string& out, uint32_t field, uint64_t value) {
  if (value == 0) return;
  append_tag(out, field, WireType::kVarint);
  append_varint(out, value);
}

inline void append_double_field(std::string& out, uint32_t field, double value) {
  if (value == 0) return;
  append_tag(out, field, WireType::kFixed64);
  append_fixed64(out, value);
}

constexpr uint64_t zigzag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}
constexpr int64_t unzigzag(uint64_t value) {
  return static_cast<int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

}  // namespace pushpull::wire
