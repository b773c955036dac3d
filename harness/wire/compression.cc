#include "harness/wire/compression.h"

#include <libdeflate.h>
#include <snappy.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "harness/base/check.h"
#include "harness/base/spare_strings.h"
#include "harness/wire/snappy_decoder.h"

namespace pushpull::wire {

namespace {

// No element of a snappy block yields more than 64 bytes from 3; no deflate code more than 258
// bytes from 2 bits. A larger claim is a lie, found before it costs memory.
constexpr size_t kMaxSnappyRatio = 22;
constexpr size_t kMaxDeflateRatio = 1032;
// Header, an empty block, checksum and size.
constexpr size_t kMinGzipMember = 10 + 2 + 8;

using Compressor = std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)>;
using Decompressor =
    std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>;

Error too_large(std::string_view format, size_t declared, size_t limit) {
  return Error{std::string(format) + ": decoded size " + std::to_string(declared) +
               " exceeds the limit of " + std::to_string(limit) + " bytes"};
}

// The last four bytes of a member: its decoded size modulo 2^32, little-endian.
uint32_t declared_size(std::string_view member) {
  uint32_t size = 0;
  std::memcpy(&size, member.data() + member.size() - sizeof(size), sizeof(size));
  return size;
}

}  // namespace

std::string snappy_compress(std::string_view raw) {
  // A block is a tenth of the room that it might need.
  std::string room = spare_strings(SpareUse::kCompression).take();
  const size_t bound = snappy::MaxCompressedLength(raw.size());
  if (room.size() < bound) room.resize(bound);
  size_t size = 0;
  snappy::RawCompress(raw.data(), raw.size(), room.data(), &size);
  std::string block(room, 0, size);
  spare_strings(SpareUse::kCompression).give_back(std::move(room));
  return block;
}

Result<std::string> snappy_uncompress(std::string_view block, size_t limit, std::string spare) {
  const Error corrupt{"snappy: corrupt input"};
  size_t declared = 0;
  if (!snappy::GetUncompressedLength(block.data(), block.size(), &declared)) return corrupt;
  if (declared > limit) return too_large("snappy", declared, limit);
  if (declared / kMaxSnappyRatio > block.size()) return corrupt;
  spare.resize(declared);
  if (!snappy_decode(block, spare.data(), declared)) return corrupt;
  return spare;
}

std::string gzip(std::string_view raw, int level) {
  CHECK(level >= 1 && level <= 9) << "gzip level " << level;
  const Compressor compressor(libdeflate_alloc_compressor(level), &libdeflate_free_compressor);
  CHECK(compressor != nullptr) << "out of memory";
  std::string member(libdeflate_gzip_compress_bound(compressor.get(), raw.size()), '\0');
  const size_t size = libdeflate_gzip_compress(compressor.get(), raw.data(), raw.size(),
                                               member.data(), member.size());
  CHECK(size > 0) << "the bound of libdeflate holds";
  member.resize(size);
  return member;
}

Result<std::string> gunzip(std::string_view member, size_t limit) {
  if (member.size() < kMinGzipMember) return Error{"gzip: truncated"};
  const size_t declared = declared_size(member);
  if (declared > limit) return too_large("gzip", declared, limit);
  if (declared / kMaxDeflateRatio > member.size()) return Error{"gzip: corrupt input"};
  std::string raw(declared, '\0');

  const Decompressor decompressor(libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  CHECK(decompressor != nullptr) << "out of memory";
  size_t read = 0;
  size_t written = 0;
  const libdeflate_result result = libdeflate_gzip_decompress_ex(
      decompressor.get(), member.data(), member.size(), raw.data(), raw.size(), &read, &written);
  // A member that yields more than it declares stops here as well: it is corrupt or a bomb.
  if (result != LIBDEFLATE_SUCCESS) return Error{"gzip: corrupt input"};
  if (read != member.size()) return Error{"gzip: bytes after the end of the member"};
  CHECK(written == declared);
  return raw;
}

}  // namespace pushpull::wire
