// Runs the fuzz targets on good inputs, on every prefix of them and on random damage to them, so
// that they are compiled and alive in every build. CMakeLists.txt gives each its own entry name.
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "harness/base/random.h"
#include "harness/wire/compression.h"
#include "harness/wire/random_for_test.h"
#include "harness/wire/v2_for_test.h"

extern "C" int fuzz_write_request(const uint8_t* data, size_t size);
extern "C" int fuzz_write_request_v2(const uint8_t* data, size_t size);
extern "C" int fuzz_write_extras(const uint8_t* data, size_t size);
extern "C" int fuzz_text(const uint8_t* data, size_t size);
extern "C" int fuzz_openmetrics(const uint8_t* data, size_t size);
extern "C" int fuzz_metric_family(const uint8_t* data, size_t size);
extern "C" int fuzz_compression(const uint8_t* data, size_t size);

namespace pushpull::wire {
namespace {

using Target = int (*)(const uint8_t*, size_t);

void run(Target target, const std::string& bytes) {
  // A copy of its own size, so that a sanitizer sees the first byte read beyond it.
  const std::vector<uint8_t> exact(bytes.begin(), bytes.end());
  ASSERT_EQ(target(exact.data(), exact.size()), 0);
}

void damage(Target target, const std::string& seed_input) {
  constexpr uint64_t kSeed = 99;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  for (size_t size = 0; size <= seed_input.size(); ++size) run(target, seed_input.substr(0, size));
  Random random(kSeed, "fuzz");
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = seed_input;
    for (uint64_t n = 1 + random.below(4); n > 0; --n) {
      const size_t at = random.below(bytes.size());
      switch (random.below(3)) {
        case 0:
          bytes[at] = static_cast<char>(random.next());
          break;
        case 1:
          bytes.insert(at, 1, static_cast<char>(random.next()));
          break;
        default:
          bytes.insert(at, bytes, random.below(bytes.size()), 1 + random.below(8));
      }
    }
    run(target, bytes);
  }
}

TEST(Fuzz, WriteRequest) {
  const Labels labels({{"__name__", "up"}, {"instance", "10.42.0.1:9100"}, {"job", "bench"}});
  damage(&fuzz_write_request, encoded({{labels, 1, 1'700'000'000'000}, {labels, 0, 0}}));
}

// Everything that a message may hold.
SeriesV2 full_series() {
  Random random(7, "full series");
  SeriesV2 series;
  series.labels = Labels({{"__name__", "up"}, {"instance", "10.42.0.1:9100"}, {"job", "bench"}});
  series.samples = {{1, 1'700'000'000'000, 1'600'000'000'000}};
  series.histograms = {random_histogram(random)};
  series.exemplars = {{Labels({{"trace_id", "abc"}}), 2, 1'700'000'000'000}};
  series.metadata = {1, "", "Whether.", "s"};
  return series;
}

TEST(Fuzz, WriteRequestV2) {
  const SeriesV2 series[] = {full_series(), full_series()};
  damage(&fuzz_write_request_v2, encode_series_v2(series));
}

TEST(Fuzz, WriteExtras) {
  const SeriesV2 from = full_series();
  std::string region;
  encode_labels(from.labels, region);
  std::string exemplar;
  encode_exemplar(from.exemplars[0], exemplar);
  std::string metadata;
  encode_metadata({1, "up", "Whether.", "s"}, metadata);
  std::string message;
  append_exemplar_series(region, exemplar, message);
  append_histogram_series(region, bytes_of(from.histograms[0]), message);
  append_metadata_entry(metadata, message);
  damage(&fuzz_write_extras, message);
}

TEST(Fuzz, Text) {
  damage(&fuzz_text,
         "# HELP up Whether.\n# TYPE up gauge\nup{a=\"b\\n\",c=\"\"} 1 1700000000000\n\nup NaN\n");
}

// The seeds of a fuzzing run are files (testdata/corpus); here they stand the damage too.
std::string corpus(const std::string& file) {
  std::ifstream in(WIRE_TESTDATA "/corpus/" + file, std::ios::binary);
  EXPECT_TRUE(in.is_open()) << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

// As a real server sent them.
TEST(Fuzz, BodiesWithHistogramsAndExemplars) {
  damage(&fuzz_write_extras, corpus("write_extras_fuzz/extras"));
  damage(&fuzz_write_request, corpus("write_request_fuzz/extras"));
  damage(&fuzz_write_request_v2, corpus("write_request_v2_fuzz/extras"));
}

TEST(Fuzz, OpenMetrics) { damage(&fuzz_openmetrics, corpus("openmetrics_fuzz/all.om")); }

TEST(Fuzz, MetricFamily) { damage(&fuzz_metric_family, corpus("metric_family_fuzz/all.pb")); }

TEST(Fuzz, Compression) {
  const std::string raw = "up{job=\"bench\"} 1\nup{job=\"bench\"} 2\nup{job=\"bench\"} 3\n";
  damage(&fuzz_compression, snappy_compress(raw));
  damage(&fuzz_compression, gzip(raw));
}

}  // namespace
}  // namespace pushpull::wire
