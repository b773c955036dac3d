#include "harness/wire/compression.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "harness/base/random.h"

namespace pushpull::wire {
namespace {

using namespace std::string_literals;

constexpr uint64_t kSeed = 7;
constexpr size_t kNoLimit = size_t{1} << 32;

// Half noise, half repetition, as bodies are.
std::string some_bytes(size_t size, Random& random) {
  std::string bytes;
  while (bytes.size() < size) {
    bytes += "http_requests_total{code=\"200\"} ";
    bytes += std::to_string(random.next());
  }
  bytes.resize(size);
  return bytes;
}

TEST(Snappy, RoundTrips) {
  Random random(kSeed, "snappy");
  for (const size_t size : {1, 100, 70'000}) {
    const std::string raw = some_bytes(size, random);
    const std::string block = snappy_compress(raw);
    EXPECT_EQ(*snappy_uncompress(block, size), raw);
    EXPECT_FALSE(snappy_uncompress(block, size - 1).ok());
  }
}

TEST(Snappy, UsesTheMemoryItIsGiven) {
  std::string spare(1000, '!');
  const char* memory = spare.data();
  const Result<std::string> raw = snappy_uncompress(snappy_compress("abc"), 3, std::move(spare));
  EXPECT_EQ(*raw, "abc");
  EXPECT_EQ(raw.value().data(), memory);
}

TEST(Snappy, IsTheBlockFormat) {
  EXPECT_EQ(snappy_compress(""), "\x00"s);
  EXPECT_EQ(snappy_compress("abc"),
            "\x03\x08"
            "abc");  // size 3, a literal of 3
}

TEST(Snappy, CorruptInputIsSaidAsPrometheusSaysIt) {
  const std::string bad[] = {"", "\xff", "\x03",
                             "\x03\x08"
                             "ab",
                             "\x03\x08"
                             "abcd"};
  for (const std::string& block : bad) {
    const Result<std::string> raw = snappy_uncompress(block, kNoLimit);
    ASSERT_FALSE(raw.ok()) << testing::PrintToString(block);
    EXPECT_EQ(raw.error().message, "snappy: corrupt input");
  }
}

TEST(Snappy, ABigClaimCostsNothing) {
  const std::string four_gib =
      "\xff\xff\xff\xff\x0f\x08"
      "abc";
  EXPECT_EQ(snappy_uncompress(four_gib, 32 << 20).error().message,
            "snappy: decoded size 4294967295 exceeds the limit of 33554432 bytes");
  EXPECT_EQ(snappy_uncompress(four_gib, kNoLimit).error().message, "snappy: corrupt input");
}

TEST(Snappy, TheDensestBlockIsStillAccepted) {
  const std::string zeros(10 << 20, '\0');
  EXPECT_EQ(*snappy_uncompress(snappy_compress(zeros), zeros.size()), zeros);
}

// zlib's own view of a member.
std::string zlib_inflate(const std::string& member, size_t size) {
  std::string raw(size + 1, '\0');
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string input = member;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(raw.data());
  stream.avail_out = static_cast<uInt>(raw.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  raw.resize(stream.total_out);
  inflateEnd(&stream);
  return raw;
}

TEST(Gzip, RoundTripsAndZlibReadsIt) {
  Random random(kSeed, "gzip");
  for (const size_t size : {0, 1, 100, 70'000}) {
    const std::string raw = some_bytes(size, random);
    for (const int level : {1, kGzipLevel, kGzipLevelBefore251, 9}) {
      const std::string member = gzip(raw, level);
      EXPECT_EQ(*gunzip(member, size), raw);
      EXPECT_EQ(zlib_inflate(member, size), raw);
    }
  }
}

TEST(Gzip, HigherLevelsAreSmaller) {
  Random random(kSeed, "levels");
  const std::string raw = some_bytes(70'000, random);
  EXPECT_LT(gzip(raw, kGzipLevelBefore251).size(), gzip(raw, kGzipLevel).size());
  EXPECT_LT(gzip(raw, kGzipLevel).size(), gzip(raw, 1).size());
}

TEST(Gunzip, TheLimitHolds) {
  const std::string bomb = gzip(std::string(10 << 20, '\0'), 9);
  EXPECT_LT(bomb.size(), 11'000U);
  EXPECT_TRUE(gunzip(bomb, 10 << 20).ok());
  EXPECT_EQ(gunzip(bomb, (10 << 20) - 1).error().message,
            "gzip: decoded size 10485760 exceeds the limit of 10485759 bytes");
}

TEST(Gunzip, ALyingSizeIsCorrupt) {
  const std::string member = gzip(std::string(1000, 'x'));
  for (const std::string& size :
       {"\x00\x00\x00\x00"s, "\xe7\x03\x00\x00"s, "\xe9\x03\x00\x00"s, "\xff\xff\xff\xff"s}) {
    const std::string lying = member.substr(0, member.size() - 4) + size;
    EXPECT_EQ(gunzip(lying, kNoLimit).error().message, "gzip: corrupt input");
  }
}

TEST(Gunzip, RefusesDamage) {
  const std::string raw = "http_requests_total 1\n";
  const std::string member = gzip(raw);
  for (size_t size = 0; size < member.size(); ++size) {
    EXPECT_FALSE(gunzip(member.substr(0, size), kNoLimit).ok()) << "cut to " << size;
  }
  std::string flipped = member;
  flipped[12] = static_cast<char>(flipped[12] ^ 1);
  EXPECT_FALSE(gunzip(flipped, kNoLimit).ok()) << "checksum";
  EXPECT_FALSE(gunzip(raw, kNoLimit).ok()) << "not gzip";
  EXPECT_FALSE(gunzip(member + member, kNoLimit).ok()) << "two members";
}

}  // namespace
}  // namespace pushpull::wire
