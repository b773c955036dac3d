// Random Remote Write 2.0 requests, encoded and decoded by libprotobuf as well.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "harness/wire/random_for_test.h"
#include "harness/wire/remote_write_v2.pb.h"
#include "harness/wire/v2_for_test.h"

namespace pushpull::wire {
namespace {

namespace v2 = ::io::prometheus::write::v2;

constexpr uint64_t kSeed = 20261124;

SeriesV2 random_series(Random& random) {
  SeriesV2 series;
  series.labels = random_labels(random);
  for (uint64_t n = random.below(3); n > 0; --n) {
    series.samples.push_back({random_value(random), random_timestamp(random),
                              random.below(2) == 0 ? 0 : random_timestamp(random)});
  }
  for (uint64_t n = random.below(3) / 2; n > 0; --n) {
    series.histograms.push_back(random_histogram(random));
    series.histograms.back().start_timestamp_ms = random_timestamp(random);
  }
  for (uint64_t n = random.below(3); n > 0; --n) {
    series.exemplars.push_back(random_exemplar(random));
  }
  if (random.below(2) == 0) series.metadata = random_metadata(random);
  if (random.below(4) == 0) series.created_timestamp_ms = random_timestamp(random);
  series.metadata.family.clear();  // 2.0 has none
  return series;
}

std::vector<SeriesV2> random_request(Random& random) {
  std::vector<SeriesV2> request(random.below(5));
  for (SeriesV2& series : request) series = random_series(random);
  return request;
}

// Makes the oracle's message as Prometheus's sender makes it.
class OracleRequest {
 public:
  OracleRequest() { ref(""); }

  void add(const SeriesV2& series) {
    v2::TimeSeries& to = *request_.add_timeseries();
    v2::Metadata& metadata = *to.mutable_metadata();
    metadata.set_type(static_cast<v2::Metadata::MetricType>(series.metadata.type));
    metadata.set_help_ref(ref(series.metadata.help));
    metadata.set_unit_ref(ref(series.metadata.unit));
    add_refs(series.labels, *to.mutable_labels_refs());
    for (const SeriesV2::Sample& sample : series.samples) {
      v2::Sample& added = *to.add_samples();
      added.set_value(sample.value);
      added.set_timestamp(sample.timestamp_ms);
      added.set_start_timestamp(sample.start_timestamp_ms);
    }
    for (const NativeHistogram& histogram : series.histograms) {
      v2::Histogram& added = *to.add_histograms();
      fill(added, histogram);
      added.set_start_timestamp(histogram.start_timestamp_ms);
    }
    for (const Exemplar& exemplar : series.exemplars) {
      v2::Exemplar& added = *to.add_exemplars();
      add_refs(exemplar.labels, *added.mutable_labels_refs());
      added.set_value(exemplar.value);
      added.set_timestamp(exemplar.timestamp_ms);
    }
    to.set_created_timestamp(series.created_timestamp_ms);
  }
  std::string bytes() const { return request_.SerializeAsString(); }
  v2::Request& message() { return request_; }

 private:
  uint32_t ref(const std::string& text) {
    const auto [it, is_new] = refs_.try_emplace(text, static_cast<uint32_t>(refs_.size()));
    if (is_new) request_.add_symbols(text);
    return it->second;
  }
  void add_refs(const Labels& labels, ::google::protobuf::RepeatedField<uint32_t>& refs) {
    for (const Label& label : labels) {
      refs.Add(ref(label.name));
      refs.Add(ref(label.value));
    }
  }

  v2::Request request_;
  std::map<std::string, uint32_t> refs_;
};

TEST(V2Oracle, EncodesAsLibprotobufDoes) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "encode");
  for (int round = 0; round < 2000; ++round) {
    const std::vector<SeriesV2> request = random_request(random);
    OracleRequest oracle;
    for (const SeriesV2& series : request) oracle.add(series);
    ASSERT_EQ(encode_series_v2(request), oracle.bytes()) << "round " << round;
  }
}

TEST(V2Oracle, EncodesSlicesAsLibprotobufDoes) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "slices");
  std::string memory;
  for (int round = 0; round < 1000; ++round) {
    std::vector<WriteSlice> slices(random.below(4));
    OracleRequest oracle;
    for (WriteSlice& slice : slices) {
      std::vector<TestSample> samples(random.below(6));
      for (TestSample& sample : samples) {
        sample = {random_labels(random), random_value(random), random_timestamp(random)};
        oracle.add({sample.labels, {{sample.value, sample.timestamp_ms, 0}}, {}, {}, {}, 0});
      }
      slice = slice_of(samples);
    }
    ASSERT_EQ(encode_write_request_v2(slices, memory), oracle.bytes()) << "round " << round;
  }
}

TEST(V2Oracle, DecodesWhatLibprotobufWrites) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "decode");
  for (int round = 0; round < 2000; ++round) {
    const std::vector<SeriesV2> sent = random_request(random);
    OracleRequest oracle;
    for (const SeriesV2& series : sent) oracle.add(series);
    const Result<WrittenRequestV2> read = decode_write_request_v2(oracle.bytes());
    ASSERT_TRUE(read.ok()) << "round " << round;
    // Equal bytes are equal series: the encoder has been held against libprotobuf.
    ASSERT_EQ(encode_series_v2(series_of(*read)), encode_series_v2(sent)) << "round " << round;
  }
}

// What we take must mean the same to libprotobuf. Returns whether it was taken.
bool agrees(const std::string& message) {
  const Result<WrittenRequestV2> read = decode_write_request_v2(message);
  if (!read.ok()) return false;
  v2::Request oracle;
  EXPECT_TRUE(oracle.ParseFromString(message)) << testing::PrintToString(message);
  const std::vector<SeriesV2> series = series_of(*read);
  EXPECT_EQ(series.size(), static_cast<size_t>(oracle.timeseries_size()));
  for (size_t i = 0; i < series.size(); ++i) {
    const v2::TimeSeries& expected = oracle.timeseries(static_cast<int>(i));
    const auto in_table = [&oracle](uint32_t ref) {
      return ref < static_cast<uint32_t>(oracle.symbols_size());
    };
    bool whole = expected.labels_refs_size() % 2 == 0 && in_table(expected.metadata().unit_ref()) &&
                 in_table(expected.metadata().help_ref());
    for (const uint32_t ref : expected.labels_refs()) whole = whole && in_table(ref);
    EXPECT_EQ(read->series[i].broken, !whole);
    EXPECT_EQ(read->defect(read->series[i]).has_value(), !whole);
    if (whole) {
      std::vector<Label> labels;
      for (int r = 0; r < expected.labels_refs_size(); r += 2) {
        labels.push_back({oracle.symbols(static_cast<int>(expected.labels_refs(r))),
                          oracle.symbols(static_cast<int>(expected.labels_refs(r + 1)))});
      }
      EXPECT_EQ(series[i].labels, Labels(labels));
    }
    EXPECT_EQ(series[i].samples.size(), static_cast<size_t>(expected.samples_size()));
    for (int s = 0; s < expected.samples_size(); ++s) {
      const SeriesV2::Sample& sample = series[i].samples[static_cast<size_t>(s)];
      EXPECT_EQ(std::bit_cast<uint64_t>(sample.value),
                std::bit_cast<uint64_t>(expected.samples(s).value()));
      EXPECT_EQ(sample.timestamp_ms, expected.samples(s).timestamp());
      EXPECT_EQ(sample.start_timestamp_ms, expected.samples(s).start_timestamp());
    }
    EXPECT_EQ(series[i].histograms.size(), static_cast<size_t>(expected.histograms_size()));
    EXPECT_EQ(series[i].created_timestamp_ms, expected.created_timestamp());
  }
  return true;
}

std::string random_message(Random& random) {
  OracleRequest oracle;
  for (uint64_t n = 1 + random.below(3); n > 0; --n) oracle.add(random_series(random));
  return oracle.bytes();
}

TEST(V2Oracle, TruncationNeverDisagrees) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "truncate");
  for (int round = 0; round < 30; ++round) {
    const std::string message = random_message(random);
    size_t accepted = 0;
    for (size_t size = 0; size <= message.size(); ++size) {
      accepted += agrees(message.substr(0, size)) ? 1 : 0;
    }
    // Only where a symbol or a series ends.
    OracleRequest oracle;
    ASSERT_TRUE(oracle.message().ParseFromString(message));
    ASSERT_EQ(accepted, static_cast<size_t>(oracle.message().symbols_size() +
                                            oracle.message().timeseries_size() + 1))
        << "round " << round;
  }
}

TEST(V2Oracle, FlippedBitsNeverDisagree) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "flip");
  int accepted = 0;
  for (int round = 0; round < 10'000; ++round) {
    std::string message = random_message(random);
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
