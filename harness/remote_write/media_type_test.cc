#include "harness/remote_write/media_type.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

TEST(MediaType, SaysWhichMessage) {
  for (const char* type :
       {"", "application/x-protobuf", "application/x-protobuf;proto=prometheus.WriteRequest",
        "application/x-protobuf;charset=x;proto=prometheus.WriteRequest"}) {
    const auto message = parse_media_type(type);
    ASSERT_TRUE(message.ok()) << type;
    EXPECT_EQ(*message, WriteMessage::kV1) << type;
  }
  EXPECT_EQ(*parse_media_type("application/x-protobuf;proto=io.prometheus.write.v2.Request"),
            WriteMessage::kV2);
  EXPECT_EQ(*parse_media_type("application/x-protobuf; proto=io.prometheus.write.v2.Request"),
            WriteMessage::kV1)
      << "not trimmed, so not seen";
}

// The texts of a real 3.5.
TEST(MediaType, SaysWhatIsWrong) {
  const auto error = [](const char* type) { return parse_media_type(type).error().message; };
  EXPECT_EQ(error("application/json"),
            "expected application/x-protobuf as the first (media) part, got application/json "
            "content-type");
  EXPECT_EQ(error("application/x-protobuf;proto=x"),
            "got application/x-protobuf;proto=x content type; unknown remote write protobuf "
            "message x, supported: prometheus.WriteRequest, io.prometheus.write.v2.Request");
  EXPECT_EQ(error("application/x-protobuf;proto"),
            "as per https://www.rfc-editor.org/rfc/rfc9110#parameter expected parameters to be "
            "key-values, got proto in application/x-protobuf;proto content-type");
  EXPECT_FALSE(parse_media_type("application/x-protobuf;a=b=c").ok());
}

}  // namespace
}  // namespace pushpull
