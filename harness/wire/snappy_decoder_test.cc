#include "harness/wire/snappy_decoder.h"

#include <gtest/gtest.h>
#include <snappy.h>

#include <string>
#include <vector>

#include "harness/base/random.h"

namespace pushpull::wire {
namespace {

using namespace std::string_literals;

constexpr uint64_t kSeed = 9;

// What comes of `block` in memory of exactly `size` bytes, between guards; "refused" if nothing.
std::string decoded(const std::string& block, size_t size) {
  const std::string guard(100, '#');
  std::string memory = guard + std::string(size, '?') + guard;
  const bool good = snappy_decode(block, memory.data() + guard.size(), size);
  EXPECT_EQ(memory.substr(0, guard.size()), guard);
  EXPECT_EQ(memory.substr(guard.size() + size), guard);
  return good ? memory.substr(guard.size(), size) : "refused";
}

// The same by libsnappy, into memory of the declared size.
std::string by_library(const std::string& block, size_t size) {
  std::string out(size, '?');
  return snappy::RawUncompress(block.data(), block.size(), out.data()) ? out : "refused";
}

std::string literal(const std::string& bytes) {
  return static_cast<char>((bytes.size() - 1) << 2) + bytes;
}

TEST(SnappyDecoder, EachKindOfElement) {
  EXPECT_EQ(decoded("\x00"s, 0), "");
  EXPECT_EQ(decoded("\x03"s + literal("abc"), 3), "abc");
  const std::string copy1 = "\x09\x03"s;              // 6 bytes from 3 back
  const std::string copy2 = "\x16\x03\x00"s;          // the same, with two bytes of offset
  const std::string copy4 = "\x17\x03\x00\x00\x00"s;  // four
  for (const std::string& copy : {copy1, copy2, copy4}) {
    EXPECT_EQ(decoded("\x09"s + literal("abc") + copy, 9), "abcabcabc");
  }
  const std::string text(300, 'x');
  EXPECT_EQ(decoded("\xac\x02\xf4\x2b\x01"s + text, 300), text);  // a literal of 0x12b + 1
}

TEST(SnappyDecoder, RefusesWhatIsNotThere) {
  for (const std::string& elements :
       {"\x08"
        "ab"s,
        "\x09\x03"s, literal("a") + "\x01\x02"s, literal("a") + "\x01\x00"s,
        literal("abc") + "\x16"s, literal("abc") + "\x16\x03"s,
        literal("abc") + "\x17\x03\x00\x00"s, "\xf0"s, "\xf4\x02"s, "\xfc\xff\xff\xff\xff"s}) {
    EXPECT_EQ(decoded("\x05" + elements, 5), "refused") << testing::PrintToString(elements);
  }
  EXPECT_EQ(decoded("", 0), "refused");
  EXPECT_EQ(decoded("\x80", 0), "refused");
  EXPECT_EQ(decoded("\x03" + literal("abc"), 2), "refused") << "too much";
  EXPECT_EQ(decoded("\x03" + literal("abc"), 4), "refused") << "too little";
}

// Texts with repetitions near and far, of all lengths.
std::string some_text(size_t size, Random& random) {
  std::string text;
  while (text.size() < size) {
    if (text.empty() || random.below(3) == 0) {
      for (uint64_t n = random.below(80); n > 0; --n) text += static_cast<char>(random.next());
    } else {
      const uint64_t back =
          1 + random.below(random.below(2) == 0 ? std::min<size_t>(20, text.size()) : text.size());
      for (uint64_t n = random.below(200); n > 0; --n) text += text[text.size() - back];
    }
  }
  text.resize(size);
  return text;
}

TEST(SnappyDecoder, ReadsWhatTheLibraryWrites) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "texts");
  for (size_t size = 0; size < 1200; ++size) {
    const std::string text = some_text(size < 1000 ? size : random.below(200'000), random);
    std::string block;
    snappy::Compress(text.data(), text.size(), &block);
    ASSERT_EQ(decoded(block, text.size()), text) << size;
  }
}

// Elements that no compressor would choose, most of them right.
std::string some_block(Random& random, size_t& size) {
  std::string elements;
  size = 0;
  for (uint64_t n = random.below(60); n > 0; --n) {
    const uint64_t length = 1 + random.below(64);
    const uint64_t back = 1 + random.below(size + (random.below(200) == 0 ? 2 : 0) + (size == 0));
    const uint64_t kind = random.below(5);
    if (size == 0 || kind == 0) {
      elements += length < 61 ? std::string(1, static_cast<char>((length - 1) << 2))
                              : "\xf0" + std::string(1, static_cast<char>(length - 1));
      elements += std::string(length, static_cast<char>('a' + random.below(26)));
    } else {
      elements += static_cast<char>((length - 1) << 2 | (kind == 1 ? 3 : 2));
      for (int i = 0; i < (kind == 1 ? 4 : 2); ++i) elements += static_cast<char>(back >> (8 * i));
    }
    size += length;
  }
  std::string block;
  uint64_t declared = size;
  for (; declared >= 0x80; declared >>= 7) block += static_cast<char>(declared | 0x80);
  return block + static_cast<char>(declared) + elements;
}

TEST(SnappyDecoder, AgreesWithTheLibraryOnAnyBlock) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "blocks");
  int good = 0;
  for (int i = 0; i < 20'000; ++i) {
    size_t size = 0;
    std::string block = some_block(random, size);
    const size_t header = size < 0x80 ? 1 : 2;
    for (uint64_t damages = random.below(3); damages > 0 && block.size() > header; --damages) {
      block[header + random.below(block.size() - header)] = static_cast<char>(random.next());
    }
    if (random.below(10) == 0) block.resize(header + random.below(block.size() - header + 1));
    const std::string expected = by_library(block, size);
    ASSERT_EQ(decoded(block, size), expected) << testing::PrintToString(block);
    good += expected != "refused";
  }
  EXPECT_GT(good, 5000);
  EXPECT_LT(good, 19'000);
}

}  // namespace
}  // namespace pushpull::wire
