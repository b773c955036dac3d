#include "harness/wire/proto_schema.h"

#include <gtest/gtest.h>

#include <string>

namespace pushpull::wire {
namespace {

using namespace std::string_literals;

TEST(ProtoSchema, LooksInsideMessages) {
  const std::string exemplar =
      "\x0a\x06\x0a\x01g\x12\x01x"            // labels: name "g", value "x"
      "\x11\x00\x00\x00\x00\x00\x00\xf0\x3f"  // value 1
      "\x18\x05"s;                            // timestamp 5
  EXPECT_TRUE(conforms(exemplar, kExemplarSchema));
  std::string broken = exemplar;
  broken[3] = '\x09';  // the name now claims more bytes than its label has
  EXPECT_FALSE(conforms(broken, kExemplarSchema));
  EXPECT_FALSE(conforms(exemplar.substr(0, exemplar.size() - 1), kExemplarSchema));
}

TEST(ProtoSchema, SkipsUnknownFieldsAndRefusesWrongTypes) {
  EXPECT_TRUE(conforms("", kLabelSchema));
  EXPECT_TRUE(conforms("\x18\x05", kLabelSchema)) << "field 3 is unknown";
  EXPECT_FALSE(conforms("\x18", kLabelSchema)) << "an unknown field still needs a value";
  EXPECT_FALSE(conforms("\x08\x05", kLabelSchema)) << "a name is not a number";
}

TEST(ProtoSchema, TakesRepeatedNumbersPackedOrNot) {
  EXPECT_TRUE(conforms("\x62\x03\x01\x80\x01", kHistogramSchema)) << "deltas 1, 128 packed";
  EXPECT_TRUE(conforms("\x60\x01\x60\x02", kHistogramSchema)) << "deltas 1, 2 one by one";
  EXPECT_FALSE(conforms("\x62\x02\x01\x80", kHistogramSchema)) << "the last delta is cut";
  EXPECT_TRUE(conforms("\x6a\x08" + std::string(8, 'x'), kHistogramSchema)) << "one packed count";
  EXPECT_FALSE(conforms("\x6a\x09" + std::string(9, 'x'), kHistogramSchema));
  EXPECT_FALSE(conforms("\x65" + std::string(4, 'x'), kHistogramSchema)) << "deltas as fixed32";
}

}  // namespace
}  // namespace pushpull::wire
