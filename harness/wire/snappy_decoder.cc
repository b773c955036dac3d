#include "harness/wire/snappy_decoder.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace pushpull::wire {

namespace {

// An element is a tag byte, whose two lowest bits are its kind, and what the kind says.
enum Kind : size_t { kLiteral = 0, kCopy1 = 1, kCopy2 = 2, kCopy4 = 3 };
// A literal of this many bytes or more has its length behind the tag.
constexpr size_t kLongLiteral = 61;
// No other element yields more. Each is copied as if it yielded that much.
constexpr size_t kMostBytes = 64;
// A step reads at most this far from the tag: one literal, and the tag behind it.
constexpr ptrdiff_t kMostRead = kMostBytes + 2;
// Bytes that make the declared size.
constexpr size_t kMostSizeBytes = 5;

// By tag: the length, minus what the tag knows of the offset. Its low byte is the length. Literals
// have an offset of 256, so that they pass the check of copies; long literals and four-byte offsets
// fail it, by a length that nothing else has.
constexpr int16_t kRare = 0xff;
constexpr std::array<int16_t, 256> length_minus_offset() {
  std::array<int16_t, 256> table{};
  for (int tag = 0; tag < 256; ++tag) {
    const int data = tag >> 2;
    int entry = kRare;
    if (tag % 4 == kLiteral && data + 1 < static_cast<int>(kLongLiteral)) entry = data + 1 - 256;
    if (tag % 4 == kCopy1) entry = (data & 7) + 4 - (data >> 3) * 256;
    if (tag % 4 == kCopy2) entry = data + 1;
    table[static_cast<size_t>(tag)] = static_cast<int16_t>(entry);
  }
  return table;
}
constexpr std::array<int16_t, 256> kLengthMinusOffset = length_minus_offset();
// Of the bytes behind a tag, by kind: those that are of the offset.
constexpr std::array<uint32_t, 4> kOffsetMask = {0, 0xff, 0xffff, 0};

using Chunk = uint64_t __attribute__((vector_size(16)));

// Reads all before it writes, so that the two may overlap.
void copy_most(char* to, const void* from) {
  std::array<Chunk, kMostBytes / sizeof(Chunk)> chunks;
  std::memcpy(&chunks, from, kMostBytes);
  std::memcpy(to, &chunks, kMostBytes);
}

class SnappyDecoder {
 public:
  SnappyDecoder(std::string_view block, char* out, size_t size)
      // Bytes of the library's kind: unsigned.
      : at_(static_cast<const unsigned char*>(static_cast<const void*>(block.data()))),
        end_(at_ + block.size()),
        begin_(out),
        out_(out),
        out_end_(out + size) {}

  bool run() {
    if (!skip_size()) return false;
    while (at_ != end_) {
      if (!most_elements() || (at_ != end_ && !element())) return false;
    }
    return out_ == out_end_;
  }

 private:
  bool skip_size() {
    for (size_t i = 0; i < kMostSizeBytes && at_ != end_; ++i) {
      if (*at_++ < 0x80) return true;
    }
    return false;
  }

  // Elements far from both ends, up to a rare one. What the next tag is depends on this one only,
  // so a step does without branches: a literal and a copy differ in where they copy from.
  bool most_elements() {
    if (end_ - at_ <= 2 * kMostRead) return true;
    const unsigned char* const last = end_ - 2 * kMostRead;
    const unsigned char* at = at_;
    char* out = out_;
    bool good = true;
    size_t tag = *at++;
    while (good && at < last && out_end_ - out >= static_cast<ptrdiff_t>(2 * kMostBytes)) {
      if (!step(tag, at, out, good) || !step(tag, at, out, good)) break;
    }
    at_ = at - 1;
    out_ = out;
    return good;
  }

  // Requires: `at` is behind the tag. False where it has not gone on.
  bool step(size_t& tag, const unsigned char*& at, char*& out, bool& good) const {
    const unsigned char* const behind = at;
    const size_t kind = tag & 3;
    const size_t literal = (tag >> 2) + 1;
    ptrdiff_t ahead = kLengthMinusOffset[tag];  // length - offset
    const auto length = static_cast<size_t>(ahead & 0xff);
    uint32_t offset_bytes;
    std::memcpy(&offset_bytes, behind, sizeof(offset_bytes));
    ahead -= static_cast<ptrdiff_t>(offset_bytes & kOffsetMask[kind]);
    // Both tags that may be next are loaded, for a choice is quicker than a load.
    const size_t after_literal = behind[literal];
    const size_t after_copy = behind[kind];
    const ptrdiff_t back = static_cast<ptrdiff_t>(length) - ahead;  // the offset
    if (ahead > 0) [[unlikely]] {
      if (kLengthMinusOffset[tag] == kRare) return false;
      if (!repeat(out, back, length)) return good = false;
    } else if (out - begin_ < back && kind != kLiteral) [[unlikely]] {
      return good = false;
    } else {
      copy_most(out, kind == kLiteral ? static_cast<const void*>(behind) : out - back);
    }
    out += length;
    at = kind == kLiteral ? behind + literal + 1 : behind + kind + 1;
    tag = kind == kLiteral ? after_literal : after_copy;
    return true;
  }

  // A copy of what it writes itself.
  bool repeat(char* out, ptrdiff_t back, size_t length) const {
    if (back <= 0 || back > out - begin_) return false;
    for (size_t i = 0; i < length; ++i, ++out) *out = *(out - back);
    return true;
  }

  // Any element, with every check.
  bool element() {
    const size_t tag = *at_++;
    size_t length = (tag >> 2) + 1;
    if (tag % 4 == kLiteral) {
      if (length >= kLongLiteral) {
        if (!number(length - kLongLiteral + 1, length)) return false;
        ++length;
      }
      if (length > left(at_, end_) || length > left(out_, out_end_)) return false;
      std::memcpy(out_, at_, length);
      at_ += length;
    } else {
      size_t back = 0;
      if (!number(tag % 4 == kCopy4 ? 4 : tag % 4, back)) return false;
      if (tag % 4 == kCopy1) {
        back |= tag >> 5 << 8;
        length = (tag >> 2 & 7) + 4;
      }
      if (length > left(out_, out_end_)) return false;
      if (!repeat(out_, static_cast<ptrdiff_t>(back), length)) return false;
    }
    out_ += length;
    return true;
  }

  // Little-endian.
  bool number(size_t bytes, size_t& value) {
    if (bytes > left(at_, end_)) return false;
    value = 0;
    for (size_t i = 0; i < bytes; ++i) value |= static_cast<size_t>(*at_++) << (8 * i);
    return true;
  }

  template <class T>
  static size_t left(const T* at, const T* end) {
    return static_cast<size_t>(end - at);
  }

  const unsigned char* at_;
  const unsigned char* const end_;
  char* const begin_;
  char* out_;
  char* const out_end_;
};

}  // namespace

bool snappy_decode(std::string_view block, char* out, size_t size) {
  return SnappyDecoder(block, out, size).run();
}

}  // namespace pushpull::wire
