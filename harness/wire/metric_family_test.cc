// Expositions that libprotobuf's code makes, read back.
#include "harness/wire/metric_family.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "harness/wire/exposed_for_test.h"
#include "harness/wire/metric_family.pb.h"
#include "harness/wire/proto_writer.h"

namespace pushpull::wire {
namespace {

namespace dto = ::io::prometheus::client;
using Lines = std::vector<std::string>;

constexpr ExpositionDialect kNative = {.native_histograms = true};

std::string delimited(const std::vector<dto::MetricFamily>& families) {
  std::string body;
  for (const dto::MetricFamily& family : families) {
    const std::string message = family.SerializeAsString();
    append_varint(body, message.size());
    body += message;
  }
  return body;
}
ParsedText parsed(const dto::MetricFamily& family, const ExpositionDialect& dialect = kNative) {
  Result<ParsedText> result = parse_metric_families(delimited({family}), dialect);
  EXPECT_TRUE(result.ok()) << result.error().message;
  return result.ok() ? *result : ParsedText();
}

dto::MetricFamily family(const std::string& name, dto::MetricType type) {
  dto::MetricFamily made;
  made.set_name(name);
  made.set_type(type);
  return made;
}
void label(auto& message, const std::string& name, const std::string& value) {
  auto* pair = message.add_label();
  pair->set_name(name);
  pair->set_value(value);
}
void fill(dto::Exemplar& exemplar, const std::string& trace, double value, int64_t seconds = 0,
          int32_t nanos = 0) {
  label(exemplar, "trace_id", trace);
  exemplar.set_value(value);
  if (seconds == 0) return;
  exemplar.mutable_timestamp()->set_seconds(seconds);
  exemplar.mutable_timestamp()->set_nanos(nanos);
}

TEST(MetricFamily, SimpleOnes) {
  dto::MetricFamily counter = family("c_total", dto::COUNTER);
  dto::Metric* metric = counter.add_metric();
  label(*metric, "path", "/\n");
  metric->mutable_counter()->set_value(7);
  fill(*metric->mutable_counter()->mutable_exemplar(), "a", 1, 1700000000, 5'999'999);
  counter.add_metric();  // nothing in it is zero
  EXPECT_EQ(shown(parsed(counter)), (Lines{"c_total{path=\"/\\n\"} 7", "c_total 0"}));
  EXPECT_EQ(exemplars(parsed(counter)), Lines{"0: {trace_id=\"a\"} 1 @1700000000005"});

  dto::MetricFamily gauge = family("g", dto::GAUGE);
  gauge.add_metric()->mutable_gauge()->set_value(-1.5);
  gauge.mutable_metric(0)->set_timestamp_ms(1700000000123);
  dto::MetricFamily untyped = family("u", dto::UNTYPED);
  untyped.add_metric()->mutable_untyped()->set_value(2);
  const Result<ParsedText> both =
      parse_metric_families(delimited({gauge, family("empty", dto::GAUGE), untyped}), kNative);
  EXPECT_EQ(shown(*both), (Lines{"g -1.5 @1700000000123", "u 2"}));
}

TEST(MetricFamily, SummariesAreSeries) {
  dto::MetricFamily summary = family("s", dto::SUMMARY);
  dto::Summary* value = summary.add_metric()->mutable_summary();
  value->set_sample_count(3);
  value->set_sample_sum(4.5);
  value->add_quantile()->set_quantile(0.5);
  value->add_quantile()->set_quantile(1);
  value->mutable_quantile(1)->set_value(2.25);
  EXPECT_EQ(shown(parsed(summary)),
            (Lines{"s_count 3", "s_sum 4.5", "s{quantile=\"0.5\"} 0", "s{quantile=\"1.0\"} 2.25"}));
}

dto::MetricFamily classic() {
  dto::MetricFamily made = family("h", dto::HISTOGRAM);
  dto::Histogram* h = made.add_metric()->mutable_histogram();
  h->set_sample_count(3);
  h->set_sample_sum(4.5);
  h->add_bucket()->set_cumulative_count(2);
  h->mutable_bucket(0)->set_upper_bound(1);
  fill(*h->mutable_bucket(0)->mutable_exemplar(), "b", 0.5);
  return made;
}

TEST(MetricFamily, ClassicHistogramsAreSeries) {
  dto::MetricFamily made = classic();
  const Lines three = {"h_count 3", "h_sum 4.5", "h_bucket{le=\"1.0\"} 2"};
  Lines four = three;
  four.push_back("h_bucket{le=\"+Inf\"} 3");
  EXPECT_EQ(shown(parsed(made)), four) << "the last one is made where it is left out";
  EXPECT_EQ(exemplars(parsed(made)), Lines{"2: {trace_id=\"b\"} 0.5"});
  dto::Histogram* h = made.mutable_metric(0)->mutable_histogram();
  h->add_bucket()->set_upper_bound(std::numeric_limits<double>::infinity());
  h->mutable_bucket(1)->set_cumulative_count_float(2.5);
  four.back() = "h_bucket{le=\"+Inf\"} 2.5";
  EXPECT_EQ(shown(parsed(made)), four);
}

// -1: 2, 0: 0, 1: 3, 4: 1; 4 below zero, 2 around it.
dto::MetricFamily native() {
  dto::MetricFamily made = classic();
  dto::Histogram* h = made.mutable_metric(0)->mutable_histogram();
  h->set_sample_count(12);
  h->set_schema(3);
  h->set_zero_threshold(1e-128);
  h->set_zero_count(2);
  h->add_positive_span()->set_offset(-1);
  h->mutable_positive_span(0)->set_length(3);
  h->add_positive_span()->set_offset(2);
  h->mutable_positive_span(1)->set_length(1);
  for (const int64_t delta : {2, -2, 3, -2}) h->add_positive_delta(delta);
  h->add_negative_span()->set_length(1);
  h->add_negative_delta(4);
  return made;
}

TEST(MetricFamily, NativeHistogramsAreOneSampleEach) {
  const ParsedText read = parsed(native());
  EXPECT_EQ(shown(read), Lines{"h histogram"});
  ASSERT_EQ(read.extras->histograms.size(), 1u);
  const NativeHistogram& h = read.extras->histograms[0].second;
  EXPECT_EQ(h.count, NativeHistogram::Count(uint64_t{12}));
  EXPECT_EQ(h.zero_count, NativeHistogram::Count(uint64_t{2}));
  EXPECT_EQ(h.sum, 4.5);
  EXPECT_EQ(h.schema, 3);
  EXPECT_EQ(h.zero_threshold, 1e-128);
  EXPECT_EQ(h.reset_hint, 0);
  EXPECT_EQ(h.positive_spans, (std::vector<BucketSpan>{{-1, 1}, {1, 1}, {2, 1}})) << "compacted";
  EXPECT_EQ(h.positive_deltas, (std::vector<int64_t>{2, 1, -2}));
  EXPECT_EQ(h.negative_spans, (std::vector<BucketSpan>{{0, 1}}));
  EXPECT_EQ(h.negative_deltas, std::vector<int64_t>{4});
}

TEST(MetricFamily, NativeHistogramsOnlyWhereTheyAreAskedFor) {
  EXPECT_EQ(shown(parsed(native(), {}))[0], "h_count 12");
}

TEST(MetricFamily, FloatAndGaugeHistograms) {
  dto::MetricFamily made = family("h", dto::GAUGE_HISTOGRAM);
  dto::Histogram* h = made.add_metric()->mutable_histogram();
  h->set_sample_count_float(6.5);
  h->set_zero_count_float(0.5);
  h->add_positive_span()->set_length(2);
  h->add_positive_count(2.5);
  h->add_positive_count(3.5);
  const NativeHistogram read = parsed(made).extras->histograms[0].second;
  EXPECT_EQ(read.count, NativeHistogram::Count(6.5));
  EXPECT_EQ(read.zero_count, NativeHistogram::Count(0.5));
  EXPECT_EQ(read.positive_counts, (std::vector<double>{2.5, 3.5}));
  EXPECT_EQ(read.reset_hint, 3) << "a gauge";
}

TEST(MetricFamily, ExemplarsOfNativeHistogramsAreDatedAndSorted) {
  dto::MetricFamily made = native();
  dto::Histogram* h = made.mutable_metric(0)->mutable_histogram();
  EXPECT_EQ(exemplars(parsed(made)), Lines()) << "the bucket's has no time";
  h->mutable_bucket(0)->clear_exemplar();
  fill(*h->mutable_bucket(0)->mutable_exemplar(), "b", 0.5, 9);
  EXPECT_EQ(exemplars(parsed(made)), Lines{"0: {trace_id=\"b\"} 0.5 @9000"});
  fill(*h->add_exemplars(), "y", 2, 8);
  fill(*h->add_exemplars(), "undated", 1);
  fill(*h->add_exemplars(), "x", 1, 8);
  fill(*h->add_exemplars(), "z", 5, 7);
  EXPECT_EQ(exemplars(parsed(made)),
            (Lines{"0: {trace_id=\"z\"} 5 @7000", "0: {trace_id=\"x\"} 1 @8000",
                   "0: {trace_id=\"y\"} 2 @8000"}))
      << "and those of buckets do not count beside them";
}

TEST(MetricFamily, RefusesWhatIsNone) {
  const auto refused = [](const std::string& body) {
    return !parse_metric_families(body, kNative).ok();
  };
  const std::string good = delimited({native()});
  EXPECT_FALSE(refused(""));
  EXPECT_FALSE(refused(good + good));
  for (size_t size = 1; size < good.size(); ++size) EXPECT_TRUE(refused(good.substr(0, size)));
  dto::MetricFamily bad = native();
  bad.mutable_metric(0)->mutable_histogram()->mutable_positive_span(0)->set_length(UINT32_MAX);
  EXPECT_TRUE(refused(delimited({bad})));
  bad = native();
  bad.set_name("");
  EXPECT_TRUE(refused(delimited({bad})));
  bad = native();
  bad.set_type(static_cast<dto::MetricType>(6));
  EXPECT_TRUE(refused(delimited({bad})));
  bad = native();
  bad.set_name("http.up");
  EXPECT_FALSE(refused(delimited({bad})));
  EXPECT_FALSE(parse_metric_families(delimited({bad}), {.utf8_names = false}).ok());
}

}  // namespace
}  // namespace pushpull::wire
