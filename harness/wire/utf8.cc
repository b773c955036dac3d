#include "harness/wire/utf8.h"

#include <cstdint>
#include <cstring>

namespace pushpull::wire {

namespace {

uint32_t byte_at(const char* at) { return static_cast<unsigned char>(*at); }

// Bytes of the sequence at `at`, 0 if it is not one. The first byte narrows the second's range,
// which is what excludes overlong forms (e0, f0), surrogates (ed) and large code points (f4).
size_t sequence_size(const char* at, const char* end) {
  const uint32_t lead = byte_at(at);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (static_cast<size_t>(end - at) < size) return 0;
  const uint32_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const uint32_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (byte_at(at + 1) < low || byte_at(at + 1) > high) return 0;
  for (size_t i = 2; i < size; ++i) {
    if ((byte_at(at + i) & 0xc0) != 0x80) return 0;
  }
  return size;
}

bool eight_ascii(const char* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return (word & 0x8080808080808080) == 0;
}

}  // namespace

bool valid_utf8(std::string_view text) {
  const char* at = text.data();
  const char* end = at + text.size();
  while (at != end) {
    if (end - at >= 8 && eight_ascii(at)) {
      at += 8;
      continue;
    }
    const size_t size = sequence_size(at, end);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

}  // namespace pushpull::wire
