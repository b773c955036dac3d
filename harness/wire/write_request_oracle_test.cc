// Random requests, encoded and decoded by libprotobuf as well.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "harness/base/random.h"
#include "harness/wire/proto_reader.h"
#include "harness/wire/random_for_test.h"
#include "harness/wire/remote_write.pb.h"
#include "harness/wire/write_request.h"
#include "harness/wire/written_for_test.h"

namespace pushpull::wire {
namespace {

constexpr uint64_t kSeed = 20240601;

using wire::fill;
void fill(::prometheus::Label& label, Random& random) {
  label.set_name(random_text(random, random.below(10) == 0 ? 300 : 12));
  label.set_value(random_text(random, random.below(10) == 0 ? 300 : 12));
}

::prometheus::WriteRequest random_request(Random& random) {
  ::prometheus::WriteRequest request;
  for (uint64_t i = random.below(5); i > 0; --i) {
    ::prometheus::TimeSeries& series = *request.add_timeseries();
    for (uint64_t n = random.below(6); n > 0; --n) fill(*series.add_labels(), random);
    for (uint64_t n = random.below(3); n > 0; --n) {
      ::prometheus::Sample& sample = *series.add_samples();
      sample.set_value(random_value(random));
      sample.set_timestamp(random_timestamp(random));
    }
    if (random.below(4) == 0) {
      ::prometheus::Exemplar& exemplar = *series.add_exemplars();
      fill(*exemplar.add_labels(), random);
      exemplar.set_value(random_value(random));
    }
    if (random.below(4) == 0) fill(*series.add_histograms(), random_histogram(random));
  }
  if (random.below(4) == 0) {
    request.add_metadata()->set_metric_family_name(random_text(random, 20));
    request.mutable_metadata(0)->set_type(::prometheus::MetricMetadata::GAUGE);
  }
  return request;
}

// One sample as a tuple that compares bit by bit.
using Sample = std::tuple<Labels, uint64_t, int64_t>;

std::vector<Sample> samples_of(const ::prometheus::WriteRequest& request) {
  std::vector<Sample> samples;
  for (const ::prometheus::TimeSeries& series : request.timeseries()) {
    std::vector<Label> labels;
    for (const ::prometheus::Label& label : series.labels()) {
      labels.push_back({label.name(), label.value()});
    }
    for (const ::prometheus::Sample& sample : series.samples()) {
      samples.emplace_back(Labels(labels), std::bit_cast<uint64_t>(sample.value()),
                           sample.timestamp());
    }
  }
  return samples;
}

std::vector<Sample> samples_of(const WrittenRequest& request) {
  std::vector<Sample> samples;
  for (const WrittenSample& sample : request.samples) {
    samples.emplace_back(*decode_labels(region(request, sample)),
                         std::bit_cast<uint64_t>(sample.value), sample.timestamp_ms);
  }
  return samples;
}

// Splits a message into its top-level fields. Requires: `message` is ours.
std::vector<std::string> fields_of(const std::string& message) {
  std::vector<std::string> fields;
  ProtoReader reader(message);
  while (!reader.done()) {
    const char* begin = reader.at();
    ProtoTag tag{};
    EXPECT_TRUE(reader.read_tag(tag) && reader.skip(tag.type));
    fields.emplace_back(begin, reader.at());
  }
  return fields;
}

std::string shuffled(std::vector<std::string> fields, Random& random) {
  std::string out;
  while (!fields.empty()) {
    const size_t i = random.below(fields.size());
    out += fields[i];
    fields.erase(fields.begin() + static_cast<ptrdiff_t>(i));
  }
  return out;
}

// Fields that no schema knows, one of each wire type.
const std::string kUnknownFields[] = {{"\xf8\x01\x05", 3},
                                      {"\xf9\x01"
                                       "12345678",
                                       10},
                                      {"\xfa\x01\x02hi", 5},
                                      {"\xfd\x01"
                                       "1234",
                                       6}};

// The same series with its fields in another order and unknown ones between them.
std::string scrambled(const ::prometheus::TimeSeries& series, Random& random) {
  std::vector<std::string> fields = fields_of(series.SerializeAsString());
  for (uint64_t n = random.below(3); n > 0; --n) {
    fields.push_back(kUnknownFields[random.below(std::size(kUnknownFields))]);
  }
  const std::string contents = shuffled(std::move(fields), random);
  ::prometheus::MetricMetadata wrap;  // has a bytes field to take the length prefix from
  wrap.set_metric_family_name(contents);
  std::string field = wrap.SerializeAsString();
  if (!field.empty()) field[0] = '\x0a';
  return field;
}

TEST(WriteRequestOracle, EncodesAsLibprotobufDoes) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "encode");
  for (int round = 0; round < 2000; ++round) {
    std::vector<TestSample> samples(random.below(6));
    ::prometheus::WriteRequest request;
    for (TestSample& sample : samples) {
      std::vector<Label> labels(random.below(5));
      for (Label& label : labels) {
        label = {random_text(random, 200), random_text(random, 200)};
      }
      sample = {Labels(labels), random_value(random), random_timestamp(random)};
      ::prometheus::TimeSeries& series = *request.add_timeseries();
      for (const Label& label : sample.labels) {
        ::prometheus::Label& added = *series.add_labels();
        added.set_name(label.name);
        added.set_value(label.value);
      }
      series.add_samples()->set_value(sample.value);
      series.mutable_samples(0)->set_timestamp(sample.timestamp_ms);
    }
    ASSERT_EQ(encoded(samples), request.SerializeAsString()) << "round " << round;
  }
}

TEST(WriteRequestOracle, DecodesWhatLibprotobufWrites) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "decode");
  for (int round = 0; round < 2000; ++round) {
    const ::prometheus::WriteRequest request = random_request(random);
    const Result<WrittenRequest> read = decode_write_request(request.SerializeAsString());
    ASSERT_TRUE(read.ok()) << "round " << round;
    ASSERT_EQ(samples_of(*read), samples_of(request)) << "round " << round;
  }
}

TEST(WriteRequestOracle, FieldsComeInAnyOrderWithUnknownOnesBetween) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "order");
  for (int round = 0; round < 2000; ++round) {
    const ::prometheus::WriteRequest request = random_request(random);
    std::string message;
    for (const ::prometheus::TimeSeries& series : request.timeseries()) {
      message += kUnknownFields[random.below(std::size(kUnknownFields))];
      message += scrambled(series, random);
    }
    ::prometheus::WriteRequest oracle;
    ASSERT_TRUE(oracle.ParseFromString(message)) << "round " << round;
    const Result<WrittenRequest> read = decode_write_request(message);
    ASSERT_TRUE(read.ok()) << "round " << round;
    ASSERT_EQ(samples_of(*read), samples_of(oracle)) << "round " << round;
  }
}

// What we take must mean the same to libprotobuf. (What it takes and we refuse: groups, and known
// fields of another wire type.) Returns whether it was taken.
bool agrees(const std::string& message) {
  const Result<WrittenRequest> read = decode_write_request(message);
  if (!read.ok()) return false;
  ::prometheus::WriteRequest oracle;
  EXPECT_TRUE(oracle.ParseFromString(message)) << testing::PrintToString(message);
  EXPECT_EQ(samples_of(*read), samples_of(oracle)) << testing::PrintToString(message);
  return true;
}

TEST(WriteRequestOracle, TruncationIsAcceptedOnlyWhereAFieldEnds) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "truncate");
  for (int round = 0; round < 50; ++round) {
    const std::string message = random_request(random).SerializeAsString();
    size_t accepted = 0;
    for (size_t size = 0; size <= message.size(); ++size) {
      accepted += agrees(message.substr(0, size)) ? 1 : 0;
    }
    ASSERT_EQ(accepted, fields_of(message).size() + 1) << "round " << round;
  }
}

TEST(WriteRequestOracle, FlippedBitsNeverDisagree) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "flip");
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string message = random_request(random).SerializeAsString();
    if (message.empty()) continue;
    for (uint64_t n = 1 + random.below(3); n > 0; --n) {
      char& byte = message[random.below(message.size())];
      byte = static_cast<char>(byte ^ (1 << random.below(8)));
    }
    accepted += agrees(message) ? 1 : 0;
  }
  EXPECT_GT(accepted, 1000) << "too few mutants live to test anything";
}

}  // namespace
}  // namespace pushpull::wire
