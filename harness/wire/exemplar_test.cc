#include "harness/wire/exemplar.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/wire/random_for_test.h"
#include "harness/wire/remote_write.pb.h"
#include "harness/wire/write_request.h"
#include "harness/wire/written_for_test.h"

namespace pushpull::wire {
namespace {

constexpr uint64_t kSeed = 20261124;

using wire::bytes_of;
std::string bytes_of(const Exemplar& exemplar) {
  std::string bytes;
  encode_exemplar(exemplar, bytes);
  return bytes;
}
std::string bytes_of(const FamilyMetadata& metadata) {
  std::string bytes;
  encode_metadata(metadata, bytes);
  return bytes;
}

void add_labels(::google::protobuf::RepeatedPtrField<::prometheus::Label>& to,
                const Labels& labels) {
  for (const Label& label : labels) {
    to.Add()->set_name(label.name);
    to.rbegin()->set_value(label.value);
  }
}

TEST(Exemplar, WritesWhatLibprotobufWritesAndReadsIt) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "exemplar");
  for (int round = 0; round < 2000; ++round) {
    const Exemplar exemplar = random_exemplar(random);
    ::prometheus::Exemplar oracle;
    add_labels(*oracle.mutable_labels(), exemplar.labels);
    oracle.set_value(exemplar.value);
    oracle.set_timestamp(exemplar.timestamp_ms);
    const std::string bytes = bytes_of(exemplar);
    ASSERT_EQ(bytes, oracle.SerializeAsString()) << "round " << round;
    const Result<Exemplar> read = decode_exemplar(bytes);
    ASSERT_TRUE(read.ok()) << "round " << round;
    ASSERT_EQ(bytes_of(*read), bytes) << "round " << round;
  }
}

TEST(FamilyMetadata, WritesWhatLibprotobufWritesAndReadsIt) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "metadata");
  for (int round = 0; round < 500; ++round) {
    const FamilyMetadata metadata = random_metadata(random);
    ::prometheus::MetricMetadata oracle;
    oracle.set_type(static_cast<::prometheus::MetricMetadata::MetricType>(metadata.type));
    oracle.set_metric_family_name(metadata.family);
    oracle.set_help(metadata.help);
    oracle.set_unit(metadata.unit);
    ASSERT_EQ(bytes_of(metadata), oracle.SerializeAsString()) << "round " << round;
    ASSERT_EQ(*decode_metadata(bytes_of(metadata)), metadata) << "round " << round;
  }
}

TEST(Exemplar, RefusesWhatIsBroken) {
  EXPECT_FALSE(decode_exemplar("\x0a\x05").ok());
  EXPECT_FALSE(decode_exemplar("\x0a\x02\x0a\x09").ok()) << "a label longer than what is there";
  EXPECT_FALSE(decode_exemplar("\x10\x01").ok()) << "a value of another wire type";
  EXPECT_FALSE(decode_metadata("\x12\x05").ok());
  EXPECT_FALSE(decode_metadata("\x0a\x01x").ok()) << "a type of another wire type";
}

// What decode_write_request() passes over is found, series by series.
TEST(WriteExtras, FindsWhatASenderSendsBesideSamples) {
  const Labels up({{"__name__", "up"}, {"job", "a"}});
  const Labels latency({{"__name__", "latency"}});
  std::string up_region;
  std::string latency_region;
  encode_labels(up, up_region);
  encode_labels(latency, latency_region);
  const Exemplar exemplar = {Labels({{"trace_id", "abc"}}), stale_nan(), 1'700'000'000'123};
  Random random(kSeed, "extras");
  const NativeHistogram histogram = random_histogram(random);
  const FamilyMetadata metadata = {1, "up", "Whether.", ""};

  std::string message = encoded({{up, 1, 5}});
  append_exemplar_series(up_region, bytes_of(exemplar), message);
  append_histogram_series(latency_region, bytes_of(histogram), message);
  append_metadata_entry(bytes_of(metadata), message);

  const Result<WrittenRequest> request = decode_write_request(message);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->samples.size(), 1u);
  const WriteExtras extras = find_extras(request->message);
  ASSERT_EQ(extras.exemplars.size(), 1u);
  EXPECT_EQ(*labels_of_series(extras.exemplars[0].series), up);
  EXPECT_EQ(bytes_of(*decode_exemplar(extras.exemplars[0].message)), bytes_of(exemplar));
  ASSERT_EQ(extras.histograms.size(), 1u);
  EXPECT_EQ(*labels_of_series(extras.histograms[0].series), latency);
  EXPECT_EQ(bytes_of(*decode_histogram(extras.histograms[0].message)), bytes_of(histogram));
  ASSERT_EQ(extras.metadata.size(), 1u);
  EXPECT_EQ(*decode_metadata(extras.metadata[0]), metadata);

  // And the oracle sees the same message.
  ::prometheus::WriteRequest oracle;
  ASSERT_TRUE(oracle.ParseFromString(message));
  EXPECT_EQ(oracle.timeseries(1).exemplars(0).labels(0).value(), "abc");
  EXPECT_EQ(oracle.timeseries(2).histograms(0).SerializeAsString(), bytes_of(histogram));
  EXPECT_EQ(oracle.metadata(0).help(), "Whether.");
}

}  // namespace
}  // namespace pushpull::wire
