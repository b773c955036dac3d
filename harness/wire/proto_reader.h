// Reads protobuf fields out of untrusted bytes. Takes what both libprotobuf and the decoder that
// Prometheus generates take, except groups, which neither side sends. Never reads past its end.
#pragma once

#include <cstdint>
#include <string_view>

namespace pushpull::wire {

// The wire types this reader knows, numbered as in a tag. 3 and 4 (groups) are refused.
enum class WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct ProtoTag {
  uint32_t field;  // 1 … 2^29-1
  WireType type;
};

// A cursor over one message. Every read_* returns false, and leaves the cursor anywhere, when the
// bytes are not what was asked for; the message is then bad as a whole. The bytes must outlive it.
class ProtoReader {
 public:
  explicit ProtoReader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  bool done() const { return at_ == end_; }
  const char* at() const { return at_; }

  bool read_tag(ProtoTag& tag) {
    uint64_t raw = 0;
    if (!read_short_varint(raw) || raw > kMaxTag) return false;
    tag = {static_cast<uint32_t>(raw >> 3), static_cast<WireType>(raw & 7)};
    return tag.field != 0 && known(tag.type);
  }

  // As both decoders do, bits of a tenth byte that do not fit are dropped.
  bool read_varint(uint64_t& value);

  bool read_fixed64(uint64_t& value);

  // The contents of a length-delimited field.
  bool read_bytes(std::string_view& bytes) {
    uint64_t size = 0;
    if (!read_short_varint(size) || size > static_cast<uint64_t>(end_ - at_)) return false;
    bytes = {at_, size};
    at_ += size;
    return true;
  }

  // Goes on at `at`, a place between at() and the end that the caller has made sure of.
  void skip_to(const char* at) { at_ = at; }

  // Steps over the value of a field that nobody reads.
  bool skip(WireType type);

 private:
  static constexpr uint64_t kMaxTag = 0xffffffff;

  static bool known(WireType type) {
    return type <= WireType::kBytes || type == WireType::kFixed32;
  }
  // libprotobuf refuses tags and lengths of more than five bytes, however many zeros they carry.
  bool read_short_varint(uint64_t& value) {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) {
      value = static_cast<unsigned char>(*at_++);
      return true;
    }
    // The length of nearly every series.
    if (end_ - at_ >= 2 && static_cast<unsigned char>(at_[1]) < 0x80) {
      const uint64_t high = static_cast<unsigned char>(at_[1]);
      value = (static_cast<unsigned char>(at_[0]) & 0x7fU) | high << 7;
      at_ += 2;
      return true;
    }
    const char* begin = at_;
    return read_varint(value) && at_ - begin <= 5;
  }
  bool advance(size_t size) {
    if (static_cast<size_t>(end_ - at_) < size) return false;
    at_ += size;
    return true;
  }

  const char* at_;
  const char* end_;
};

}  // namespace pushpull::wire
