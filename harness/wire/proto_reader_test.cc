#include "harness/wire/proto_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace pushpull::wire {
namespace {

using namespace std::string_literals;

TEST(ProtoReader, ReadsFieldsOfEveryKnownType) {
  const std::string message =
      "\x08\x96\x01"                          // 1: varint 150
      "\x11\x01\x00\x00\x00\x00\x00\x00\x80"  // 2: fixed64
      "\x1a\x02hi"                            // 3: bytes
      "\x25\x01\x02\x03\x04"s;                // 4: fixed32
  ProtoReader reader(message);
  ProtoTag tag{};
  uint64_t number = 0;
  std::string_view bytes;

  ASSERT_TRUE(reader.read_tag(tag));
  EXPECT_EQ(tag.field, 1U);
  EXPECT_EQ(tag.type, WireType::kVarint);
  ASSERT_TRUE(reader.read_varint(number));
  EXPECT_EQ(number, 150U);

  ASSERT_TRUE(reader.read_tag(tag));
  ASSERT_TRUE(reader.read_fixed64(number));
  EXPECT_EQ(number, 0x8000000000000001U);

  ASSERT_TRUE(reader.read_tag(tag));
  ASSERT_TRUE(reader.read_bytes(bytes));
  EXPECT_EQ(bytes, "hi");

  ASSERT_TRUE(reader.read_tag(tag));
  EXPECT_EQ(tag.field, 4U);
  ASSERT_TRUE(reader.skip(tag.type));
  EXPECT_TRUE(reader.done());
}

TEST(ProtoReader, VarintsHaveAtMostTenBytes) {
  uint64_t value = 0;
  const std::string minus_one = std::string(9, '\xff') + '\x01';
  EXPECT_TRUE(ProtoReader(minus_one).read_varint(value));
  EXPECT_EQ(value, ~uint64_t{0});

  const std::string overflowing = std::string(9, '\xff') + '\x7f';
  EXPECT_TRUE(ProtoReader(overflowing).read_varint(value));
  EXPECT_EQ(value, ~uint64_t{0});

  EXPECT_FALSE(ProtoReader(std::string(10, '\xff') + '\x01').read_varint(value));
  EXPECT_FALSE(ProtoReader(std::string(3, '\xff')).read_varint(value)) << "truncated";
  EXPECT_FALSE(ProtoReader("").read_varint(value));
}

TEST(ProtoReader, RefusesBadTags) {
  const auto accepts = [](std::string_view bytes) {
    ProtoTag tag{};
    return ProtoReader(bytes).read_tag(tag);
  };
  EXPECT_TRUE(accepts("\x0a"));
  EXPECT_FALSE(accepts("\x00"s)) << "field number 0";
  EXPECT_FALSE(accepts("\x0b")) << "start of a group";
  EXPECT_FALSE(accepts("\x0c")) << "end of a group";
  EXPECT_FALSE(accepts("\x0e")) << "wire type 6";
  EXPECT_FALSE(accepts("\x0f")) << "wire type 7";
  EXPECT_TRUE(accepts("\xfa\xff\xff\xff\x0f")) << "the largest field number";
  EXPECT_FALSE(accepts("\xfa\xff\xff\xff\x1f")) << "above the largest field number";
  EXPECT_TRUE(accepts("\x8a\x80\x80\x80\x00"s)) << "five bytes, not shortest";
  EXPECT_FALSE(accepts("\x8a\x80\x80\x80\x80\x00"s)) << "six bytes";
}

TEST(ProtoReader, LengthsStayInsideTheMessage) {
  std::string_view bytes;
  EXPECT_TRUE(ProtoReader("\x02hi").read_bytes(bytes));
  EXPECT_TRUE(ProtoReader("\x00"s).read_bytes(bytes));
  EXPECT_TRUE(bytes.empty());
  EXPECT_FALSE(ProtoReader("\x03hi").read_bytes(bytes));
  EXPECT_FALSE(ProtoReader("\xff\xff\xff\xff\x0fhi").read_bytes(bytes));

  uint64_t value = 0;
  EXPECT_FALSE(ProtoReader("1234567").read_fixed64(value));
  EXPECT_FALSE(ProtoReader("1234567").skip(WireType::kFixed64));
  EXPECT_FALSE(ProtoReader("123").skip(WireType::kFixed32));
  EXPECT_FALSE(ProtoReader("\x80").skip(WireType::kVarint));
}

}  // namespace
}  // namespace pushpull::wire
