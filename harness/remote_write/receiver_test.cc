#include "harness/remote_write/receiver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/remote_write/write_payload.h"
#include "harness/remote_write/written_payload_v2.h"
#include "harness/wire/compression.h"
#include "harness/wire/encode_v2.h"
#include "harness/wire/write_request.h"

namespace pushpull {
namespace {

using ::testing::HasSubstr;

Request post(const std::string& type = "application/x-protobuf",
             const std::string& encoding = "snappy") {
  Request request;
  request.method = "POST";
  request.path = "/api/v1/write";
  if (!type.empty()) request.headers.add("Content-Type", type);
  if (!encoding.empty()) request.headers.add("Content-Encoding", encoding);
  return request;
}

const std::string& empty_body() {
  static const std::string body = wire::snappy_compress("");
  return body;
}

// What a transport makes of the request before the loop thread sees it, and the status that answers
// it.
int status_of(const char* release, Request request, const std::string& body) {
  const WriteReceiver receiver(*release_profile(release));
  Arrival arrival;
  if (const Decoder decode = receiver.decoder(request)) {
    Result<PayloadPtr> payload = decode(request.headers, body);
    if (payload) {
      request.body.payload = *payload;
    } else {
      arrival.malformed = payload.error();
    }
  }
  arrival.request = std::move(request);
  const std::optional<Response> refused = receiver.refuse(arrival);
  return refused ? refused->status : receiver.answer(WriteOutcome()).status;
}

TEST(WriteReceiver, AcceptsWhatASenderSends) {
  for (const char* release : {"2.42", "3.5", "3.14"}) {
    EXPECT_EQ(status_of(release, post(), empty_body()), 204);
    EXPECT_EQ(status_of(release, post("", ""), empty_body()), 204) << "headers are optional";
  }
}

TEST(WriteReceiver, ABodyOfNoBytesIsNoSnappyInVirtualTimeEither) {
  EXPECT_EQ(status_of("3.5", post(), ""), 400);
  for (const bool compressed : {false, true}) {
    Arrival arrival;
    arrival.request = post();
    arrival.request.body.payload = std::make_shared<WritePayload>(
        std::vector<wire::WriteSlice>(), nullptr, WriteMessage::kV1, compressed);
    const auto refused = WriteReceiver(*release_profile("3.5")).refuse(arrival);
    EXPECT_EQ(refused ? refused->status : 0, compressed ? 0 : 400);
  }
}

TEST(WriteReceiver, TakesPostOnly) {
  Request get = post();
  get.method = "GET";
  EXPECT_EQ(status_of("2.42", get, ""), 405);
  EXPECT_EQ(status_of("3.5", get, ""), 405);
}

TEST(WriteReceiver, JudgesEncodingAndTypeSince254) {
  EXPECT_EQ(status_of("2.42", post("application/json", "gzip"), empty_body()), 204);
  EXPECT_EQ(status_of("3.5", post("application/x-protobuf", "gzip"), empty_body()), 415);
  EXPECT_EQ(status_of("3.5", post("application/json"), empty_body()), 415);
}

TEST(WriteReceiver, ChecksInPrometheussOrder) {
  // Content type, encoding, decompression, message.
  EXPECT_EQ(status_of("3.5", post("application/json", "gzip"), "no snappy"), 415);
  EXPECT_EQ(status_of("3.5", post("application/json"), "no snappy"), 415);
  // Since 3.8 encoding, decompression, content type, message.
  EXPECT_EQ(status_of("3.8", post("application/json", "gzip"), "no snappy"), 415);
  EXPECT_EQ(status_of("3.8", post("application/json"), "no snappy"), 400);
  EXPECT_EQ(status_of("3.8", post("application/json"), wire::snappy_compress("\xff")), 415);
  EXPECT_EQ(status_of("3.5", post("application/json"), wire::snappy_compress("\xff")), 415);
  EXPECT_EQ(status_of("3.5", post(), wire::snappy_compress("\xff")), 400);
  EXPECT_EQ(status_of("3.5", post(), ""), 400) << "an empty body is no snappy block";
  EXPECT_EQ(status_of("2.42", post("application/json", "gzip"), "no snappy"), 400);
}

TEST(WriteReceiver, EncodingsAreComparedWithoutCase) {
  EXPECT_EQ(status_of("3.5", post("application/x-protobuf", "SNAPPY"), empty_body()), 204);
}

TEST(WriteReceiver, LimitsSizes) {
  const std::string compressed_limit((32 << 20) + 1, 'x');
  EXPECT_EQ(status_of("3.8", post(), compressed_limit), 413);
  EXPECT_EQ(status_of("3.7", post(), compressed_limit), 400) << "just no snappy";
  // A field of 33 MiB that a receiver skips: field 100, length-delimited.
  std::string message = "\xa2\x06\x80\x80\x80\x10" + std::string(32 << 20, '\0');
  const std::string large = wire::snappy_compress(message);
  EXPECT_EQ(status_of("3.5", post(), large), 400);
  EXPECT_EQ(status_of("3.4", post(), large), 204);
  EXPECT_EQ(status_of("3.5", post(), "\xff\xff\xff\xff\x0f"), 400) << "4 GiB, never allocated";
}

TEST(WriteReceiver, ARequestWithoutABodyIsCorrupt) {
  Arrival arrival;
  arrival.request = post();
  const auto refused = WriteReceiver(*release_profile("3.5")).refuse(arrival);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 400);
  EXPECT_EQ(refused->body.bytes, "snappy: corrupt input\n");
  EXPECT_EQ(refused->headers.get("Content-Type"), "text/plain; charset=utf-8");
}

TEST(WriteReceiver, SuccessIsBare) {
  const Response response = WriteReceiver(*release_profile("3.5")).answer(WriteOutcome());
  EXPECT_EQ(response.status, 204);
  EXPECT_TRUE(response.headers.begin() == response.headers.end());
  EXPECT_EQ(response.body.bytes, "");
}

TEST(WriteReceiver, AnswersWhatTheHeadSaid) {
  const WriteReceiver receiver(*release_profile("3.5"));
  const auto text = [&](Fate fate, std::string detail = "") {
    const Response response = receiver.answer(WriteOutcome{fate, std::move(detail), "", ""});
    return std::to_string(response.status) + " " + response.body.bytes;
  };
  EXPECT_EQ(text(Fate::kOutOfOrder), "400 out of order sample\n");
  EXPECT_EQ(text(Fate::kOutOfBounds), "400 out of bounds\n");
  EXPECT_EQ(text(Fate::kDuplicateTimestamp, "; old 1, new 2"),
            "400 duplicate sample for timestamp; old 1, new 2\n");
  EXPECT_EQ(text(Fate::kDuplicate), "204 ");
  EXPECT_EQ(text(Fate::kStored), "204 ");
  EXPECT_EQ(receiver.answer(WriteOutcome{std::nullopt, "", "", "disk full"}).status, 500);
}

constexpr const char* kTypeV2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

TEST(WriteReceiver, DecodesWhatTheContentTypeSays) {
  wire::SeriesV2 series;
  series.labels = Labels({{"__name__", "up"}});
  series.samples = {{1, 5, 0}};
  const std::string body = wire::snappy_compress(wire::encode_series_v2({&series, 1}));
  const WriteReceiver receiver(*release_profile("3.5"));
  const Request request = post(kTypeV2);
  EXPECT_EQ(receiver.message(request), WriteMessage::kV2);
  const Result<PayloadPtr> payload = receiver.decoder(request)(request.headers, body);
  ASSERT_TRUE(payload.ok()) << payload.error().message;
  const auto& written = dynamic_cast<const WrittenPayloadV2&>(**payload);
  EXPECT_EQ(written.samples(), 1);
  EXPECT_EQ(*written.encode(), body);
  EXPECT_EQ(written.wire_size(), static_cast<int64_t>(body.size()));
  // Before 2.54 nobody looks: fields of 2.0 are unknown to 1.0, so nothing is stored.
  const WriteReceiver old(*release_profile("2.42"));
  EXPECT_EQ(old.message(request), WriteMessage::kV1);
  EXPECT_EQ((*old.decoder(request)(request.headers, body))->samples(), 0);
  EXPECT_EQ(status_of("3.5", post(kTypeV2), wire::snappy_compress("\xff")), 400);
}

TEST(WriteReceiver, AnswersOf20SayWhatWasWritten) {
  const WriteReceiver receiver(*release_profile("3.5"));
  const auto written = [](const Response& response) {
    const auto counts = read_written(response.headers).value();
    return std::vector<int64_t>{counts.samples, counts.histograms, counts.exemplars};
  };
  const Response good = receiver.answer(WriteOutcomeV2{{3, 0, 1}, {}, ""});
  EXPECT_EQ(good.status, 204);
  EXPECT_EQ(good.body.bytes, "");
  EXPECT_EQ(written(good), (std::vector<int64_t>{3, 0, 1}));
  const Response partial = receiver.answer(WriteOutcomeV2{{2, 0, 0}, {"one", "two"}, ""});
  EXPECT_EQ(partial.status, 400);
  EXPECT_EQ(partial.body.bytes, "one\ntwo\n");
  EXPECT_EQ(written(partial), (std::vector<int64_t>{2, 0, 0}));
  const Response failed = receiver.answer(WriteOutcomeV2{{2, 0, 0}, {"one"}, "disk full"});
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.body.bytes, "disk full\n");
  EXPECT_EQ(written(failed), (std::vector<int64_t>{0, 0, 0})) << "rolled back";
}

TEST(WriteReceiver, OnlyDuplicatesAndStoredSamplesLetARequestGoOn) {
  EXPECT_FALSE(refuses_request(Fate::kStored));
  EXPECT_FALSE(refuses_request(Fate::kDuplicate));
  EXPECT_TRUE(refuses_request(Fate::kDuplicateTimestamp));
  EXPECT_TRUE(refuses_request(Fate::kOutOfOrder));
  EXPECT_TRUE(refuses_request(Fate::kOutOfBounds));
}

TEST(WriteReceiver, DecodesSamples) {
  // One series {a="b"} with value 2 at 5 ms, written out by hand.
  const std::string message =
      std::string("\x0a\x15\x0a\x06\x0a\x01") + "a\x12\x01" + "b" +
      std::string("\x12\x0b\x09\x00\x00\x00\x00\x00\x00\x00\x40\x10\x05", 13);
  const WriteReceiver receiver(*release_profile("3.5"));
  const Request request = post();
  const Result<PayloadPtr> payload =
      receiver.decoder(request)(request.headers, wire::snappy_compress(message));
  ASSERT_TRUE(payload.ok()) << payload.error().message;
  const auto& written = dynamic_cast<const WrittenPayload&>(**payload).request();
  ASSERT_EQ(written.samples.size(), 1u);
  EXPECT_EQ(written.samples[0].value, 2);
  EXPECT_EQ(written.samples[0].timestamp_ms, 5);
}

}  // namespace
}  // namespace pushpull
