#include "harness/remote_write/write_payload.h"

#include <gtest/gtest.h>

#include "harness/remote_write/test_fakes.h"
#include "harness/wire/compression.h"
#include "harness/wire/decode_v2.h"

namespace pushpull {
namespace {

std::shared_ptr<const wire::LabelBlock> labels_of(uint32_t size) {
  wire::LabelBlock::Builder builder;
  for (uint32_t i = 0; i < size; ++i) {
    builder.add(Labels({{"__name__", "up"}, {"instance", "host-" + std::to_string(i)}}));
  }
  return builder.build();
}

RecordPtr record_with_values(std::vector<double> values) {
  auto record = std::make_shared<Record>();
  record->layout = layout_of(static_cast<uint32_t>(values.size()));
  record->timestamp_ms = 1'700'000'000'123;
  record->values = std::move(values);
  return record;
}

TEST(WritePayload, EncodesWhatAReceiverDecodes) {
  const Slice whole = Slice::whole(record_with_values({1.5, 2.5, 3.5}));
  const WritePayload payload({{whole.tail(1), labels_of(3)}}, nullptr);
  EXPECT_EQ(payload.samples(), 2);
  const std::string body = payload.encode().value();
  EXPECT_EQ(payload.wire_size(), static_cast<int64_t>(body.size()));

  auto request = wire::decode_write_request(wire::snappy_uncompress(body, 1 << 20).value());
  ASSERT_TRUE(request.ok());
  ASSERT_EQ(request->samples.size(), 2u);
  EXPECT_EQ(request->samples[0].value, 2.5);
  EXPECT_EQ(request->samples[1].timestamp_ms, 1'700'000'000'123);
  const WrittenPayload written(std::move(request).value());
  EXPECT_EQ(written.samples(), 2);
  EXPECT_EQ(written.encode().value(), body);
  EXPECT_EQ(written.wire_size(), payload.wire_size());
}

TEST(WritePayload, EncodesTheMessageItIsTold) {
  const Slice whole = Slice::whole(record_with_values({1.5, 2.5}));
  const WritePayload payload({{whole, labels_of(2)}}, nullptr, WriteMessage::kV2);
  const std::string body = payload.encode().value();
  EXPECT_EQ(payload.wire_size(), static_cast<int64_t>(body.size()));
  const auto request =
      wire::decode_write_request_v2(wire::snappy_uncompress(body, 1 << 20).value());
  ASSERT_TRUE(request.ok());
  ASSERT_EQ(request->samples.size(), 2u);
  EXPECT_EQ(request->samples[1].value, 2.5);
  EXPECT_EQ(*wire::decode_labels(request->region(request->series[1])),
            Labels({{"__name__", "up"}, {"instance", "host-1"}}));
}

TEST(WritePayload, SizeIsExactWithoutAnEarlierEncode) {
  const WritePayload payload({{Slice::whole(record_with_values({1, 2})), labels_of(2)}}, nullptr);
  const int64_t size = payload.wire_size();
  EXPECT_EQ(size, static_cast<int64_t>(payload.encode().value().size()));
}

TEST(WritePayload, WithoutLabelsItsSizeIsModelled) {
  const Slice whole = Slice::whole(record_at(layout_of(100), kVirtualStart));
  const WritePayload payload({{whole, nullptr}}, [](int64_t samples) { return 50 + samples * 30; });
  EXPECT_EQ(payload.wire_size(), 50 + 100 * 30);
  EXPECT_FALSE(payload.encode().ok());
}

}  // namespace
}  // namespace pushpull
