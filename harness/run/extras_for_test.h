// A foreign target with everything that a workload has not, and what arrives of it: for tests next
// to real servers.
#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "harness/net/transport.h"
#include "harness/wire/compression.h"
#include "harness/wire/exposed_series.h"
#include "harness/wire/items_for_test.h"
#include "harness/wire/metric_family.h"
#include "harness/wire/metric_family.pb.h"
#include "harness/wire/native_histogram.h"
#include "harness/wire/openmetrics.h"
#include "harness/wire/proto_writer.h"
#include "harness/workload/special_values.h"

namespace pushpull {

namespace dto = ::io::prometheus::client;
using wire::FloatItem;
using wire::ReceivedItem;

// What each series has had, however often: floats by bits, histograms by their bytes without the
// time, exemplars as text.
using Seen = std::map<Labels, std::set<std::string>>;

inline std::string float_text(double value) {
  return "float " + std::to_string(std::bit_cast<uint64_t>(value));
}
inline std::string histogram_text(NativeHistogram histogram) {
  histogram.timestamp_ms = 0;
  std::string bytes;
  wire::encode_histogram(histogram, bytes);
  return "histogram " + bytes;
}
// Undated ones have the time of a scrape.
inline std::string exemplar_text(const Exemplar& exemplar, bool dated) {
  return "exemplar " + exemplar.labels.to_string() + " " +
         std::to_string(std::bit_cast<uint64_t>(exemplar.value)) +
         (dated ? " " + std::to_string(exemplar.timestamp_ms) : "");
}

// A service in front of another that notes what write requests hold.
class WriteTap : public Service {
 public:
  explicit WriteTap(Service& behind) : behind_(behind) {}
  Decoder decoder(const Request& request) const override { return behind_.decoder(request); }
  Work receive_work(const Request& request) const override { return behind_.receive_work(request); }
  void handle(Arrival arrival, Respond respond) override {
    const bool v2 =
        arrival.request.headers.get("Content-Type").find("v2.Request") != std::string_view::npos;
    if (const Payload* payload = arrival.request.body.payload.get()) {
      note(wire::snappy_uncompress(payload->encode().value(), kLimit).value(), v2);
    }
    behind_.handle(std::move(arrival), std::move(respond));
  }

  std::vector<ReceivedItem> items;  // all, in order
  std::string full;                 // the first message with something of each kind
  int64_t bodies = 0;
  int64_t differently_encoded = 0;  // bodies that are other bytes when we encode them

 private:
  static constexpr size_t kLimit = 1 << 25;

  void note(const std::string& message, bool v2) {
    const std::vector<ReceivedItem> more =
        v2 ? wire::items_of(wire::decode_write_request_v2(message).value())
           : wire::items_of(message);
    ++bodies;
    if (wire::encoded(more, v2) != message) ++differently_encoded;
    std::set<size_t> kinds;
    for (const ReceivedItem& item : more) kinds.insert(item.what.index());
    if (full.empty() && kinds.size() == 3) full = message;
    items.insert(items.end(), more.begin(), more.end());
  }
  Service& behind_;
};

// Answers /om with OpenMetrics and /pb with protobuf; both lose a series after a few scrapes.
class ForeignTarget : public Service {
 public:
  static constexpr int kScrapesOfEnding = 4;

  Decoder decoder(const Request& /*request*/) const override { return {}; }
  Work receive_work(const Request& /*request*/) const override { return {}; }
  void handle(Arrival arrival, Respond respond) override {
    const Request& request = arrival.request;
    const bool ended = ++scrapes_[request.path] > kScrapesOfEnding;
    accepts[request.path] = request.headers.get("Accept");
    Response response;
    response.headers = {{"Content-Type", request.path == "/om" ? kOpenMetrics : kProtobuf}};
    response.body.bytes = request.path == "/om" ? openmetrics(ended) : protobuf(ended);
    respond(std::move(response));
  }
  int scrapes(const std::string& path) const {
    const auto found = scrapes_.find(path);
    return found == scrapes_.end() ? 0 : found->second;
  }

  static std::string openmetrics(bool ended);
  static std::string protobuf(bool ended);

  std::map<std::string, std::string> accepts;  // by path

 private:
  static constexpr const char* kOpenMetrics =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";
  static constexpr const char* kProtobuf =
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
      "encoding=delimited";
  std::map<std::string, int> scrapes_;
};

inline std::string ForeignTarget::openmetrics(bool ended) {
  std::string page =
      "# HELP app_requests Requests, all of them.\n"
      "# TYPE app_requests counter\n"
      "app_requests_total{path=\"/a\\n\\\"b\\\\\",code=\"200\"} 17 # {trace_id=\"KOO5S4vxi0o\"} 1 "
      "1700000000.123\n"
      "app_requests_created{path=\"/a\\n\\\"b\\\\\",code=\"200\"} 1600000000.25\n"
      "# TYPE app_latency_seconds histogram\n"
      "# UNIT app_latency_seconds seconds\n"
      "app_latency_seconds_bucket{le=\"0.1\"} 8 # {trace_id=\"ünïcode\",span=\"7\"} 0.067 "
      "1700000001.5\n"
      "app_latency_seconds_bucket{le=\"1\"} 11 # {} 0.9\n"
      "app_latency_seconds_bucket{le=\"+Inf\"} 17\n"
      "app_latency_seconds_count 17\n"
      "app_latency_seconds_sum 0.30000000000000004\n"
      "# TYPE app_size summary\n"
      "app_size{quantile=\"0.5\"} NaN\n"
      "app_size_count 3\n"
      "# TYPE app gauge\n"
      "app{of=\"tiny\"} 5e-324\n"
      "app{of=\"infinity\"} -Inf\n";
  if (!ended) page += "app{of=\"a while\"} 1\n";
  return page + "# EOF\n";
}

namespace for_test {

inline void label(auto& message, const std::string& name, const std::string& value) {
  auto* pair = message.add_label();
  pair->set_name(name);
  pair->set_value(value);
}
inline void exemplar(dto::Exemplar& made, const std::string& trace, double value, int64_t ms) {
  label(made, "trace_id", trace);
  made.set_value(value);
  if (ms == 0) return;
  made.mutable_timestamp()->set_seconds(ms / 1000);
  made.mutable_timestamp()->set_nanos(static_cast<int32_t>(ms % 1000 * 1'000'000));
}
inline dto::Metric& metric(dto::MetricFamily& family, const std::string& name,
                           dto::MetricType type) {
  family.set_name(name);
  family.set_help("Help of " + name);
  family.set_type(type);
  return *family.add_metric();
}
inline void spans(auto* list, std::initializer_list<std::pair<int32_t, uint32_t>> of) {
  for (const auto& [offset, length] : of) {
    auto* span = list->Add();
    span->set_offset(offset);
    span->set_length(length);
  }
}

}  // namespace for_test

inline std::string ForeignTarget::protobuf(bool ended) {
  using namespace for_test;
  std::vector<dto::MetricFamily> families;
  const auto add = [&](const std::string& name, dto::MetricType type) -> dto::Metric& {
    return metric(families.emplace_back(), name, type);
  };
  dto::Metric& counter = add("pb_requests_total", dto::COUNTER);
  label(counter, "path", "ü\n");
  counter.mutable_counter()->set_value(1e15);
  exemplar(*counter.mutable_counter()->mutable_exemplar(), "counter", 1, 1'700'000'000'005);
  add("pb_gauge", dto::GAUGE).mutable_gauge()->set_value(-1.5);
  dto::Summary* summary = add("pb_summary", dto::SUMMARY).mutable_summary();
  summary->set_sample_count(3);
  summary->set_sample_sum(4.5);
  summary->add_quantile()->set_quantile(0.99);
  summary->mutable_quantile(0)->set_value(2.25);
  dto::Histogram* classic = add("pb_classic", dto::HISTOGRAM).mutable_histogram();
  classic->set_sample_count(5);
  classic->set_sample_sum(0.1 + 0.2);
  classic->add_bucket()->set_cumulative_count(2);
  classic->mutable_bucket(0)->set_upper_bound(1);
  exemplar(*classic->mutable_bucket(0)->mutable_exemplar(), "dated", 0.5, 1'700'000'000'777);
  classic->add_bucket()->set_cumulative_count(3);
  classic->mutable_bucket(1)->set_upper_bound(2.5);
  exemplar(*classic->mutable_bucket(1)->mutable_exemplar(), "undated", 1.5, 0);

  // 2, 0, 3 | 1; 4 below zero, 2 around it.
  const auto fill_native = [](dto::Histogram& h) {
    h.set_sample_count(12);
    h.set_sample_sum(0.1 + 0.2);
    h.set_schema(3);
    h.set_zero_threshold(2.938735877055719e-39);
    h.set_zero_count(2);
    spans(h.mutable_positive_span(), {{-1, 3}, {2, 1}});
    for (const int64_t delta : {2, -2, 3, -2}) h.add_positive_delta(delta);
    spans(h.mutable_negative_span(), {{5, 1}});
    h.add_negative_delta(4);
  };
  dto::Histogram* native = add("pb_native", dto::HISTOGRAM).mutable_histogram();
  fill_native(*native);
  exemplar(*native->add_exemplars(), "second", 2, 1'700'000'002'000);
  exemplar(*native->add_exemplars(), "first", 3, 1'700'000'001'000);
  exemplar(*native->add_exemplars(), "without a time", 4, 0);
  exemplar(*native->add_exemplars(), "same time", 5, 1'700'000'002'000);
  dto::Histogram* real = add("pb_float", dto::HISTOGRAM).mutable_histogram();
  real->set_sample_count_float(6.5);
  real->set_zero_count_float(0.5);
  real->set_zero_threshold(0.001);
  real->set_sample_sum(-1.25);
  spans(real->mutable_positive_span(), {{0, 2}, {1, 1}});
  for (const double count : {2.5, 0.5, 3.0}) real->add_positive_count(count);
  dto::Metric& gauge = add("pb_gauge_histogram", dto::GAUGE_HISTOGRAM);
  label(gauge, "a", "b");
  fill_native(*gauge.mutable_histogram());
  spans(add("pb_empty", dto::HISTOGRAM).mutable_histogram()->mutable_positive_span(), {{0, 0}});
  if (!ended) {
    fill_native(*add("pb_ending", dto::HISTOGRAM).mutable_histogram());
    add("pb_ending_total", dto::COUNTER).mutable_counter()->set_value(1);
  }
  std::string body;
  for (const dto::MetricFamily& family : families) {
    const std::string message = family.SerializeAsString();
    wire::append_varint(body, message.size());
    body += message;
  }
  return body;
}

// What a target said, as its scraper stores it: with the target's labels, and a stale marker where
// a series ended.
inline void add_expected(const wire::ParsedText& parsed, const wire::ParsedText& later,
                         const Labels& target, Seen& seen) {
  std::map<uint32_t, const NativeHistogram*> histograms;
  if (parsed.extras != nullptr) {
    for (const auto& [i, h] : parsed.extras->histograms) histograms[i] = &h;
  }
  const auto labels_of = [&](const wire::ParsedText& from, size_t i) {
    const wire::TextSample& s = from.samples[i];
    const auto read =
        wire::read_exposed_series(std::string_view(from.text).substr(s.begin, s.size));
    return with_target_labels(read.value().labels, target, false);
  };
  std::set<Labels> still;
  for (size_t i = 0; i < later.samples.size(); ++i) still.insert(labels_of(later, i));
  for (uint32_t i = 0; i < parsed.samples.size(); ++i) {
    const Labels labels = labels_of(parsed, i);
    const bool ends = !still.contains(labels);
    if (histograms.contains(i)) {
      seen[labels].insert(histogram_text(*histograms[i]));
      NativeHistogram stale;
      stale.count = stale.zero_count = uint64_t{0};
      stale.sum = stale_nan();
      if (ends) seen[labels].insert(histogram_text(stale));
    } else {
      seen[labels].insert(float_text(parsed.samples[i].value));
      if (ends) seen[labels].insert(float_text(stale_nan()));
    }
  }
  if (parsed.extras == nullptr) return;
  for (const auto& [i, e] : parsed.extras->exemplars) {
    seen[labels_of(parsed, i)].insert(exemplar_text(e, e.dated));
  }
}

inline Seen expected_of_target(const std::string& instance) {
  Seen seen;
  const wire::ExpositionDialect dialect = {.native_histograms = true};
  add_expected(wire::parse_openmetrics(ForeignTarget::openmetrics(false), dialect).value(),
               wire::parse_openmetrics(ForeignTarget::openmetrics(true), dialect).value(),
               Labels({{"job", "om"}, {"instance", instance}}), seen);
  add_expected(wire::parse_metric_families(ForeignTarget::protobuf(false), dialect).value(),
               wire::parse_metric_families(ForeignTarget::protobuf(true), dialect).value(),
               Labels({{"job", "pb"}, {"instance", instance}}), seen);
  return seen;
}

// Without what the scraper makes itself, and with times of exemplars only where the target has
// them: those of 2023.
inline Seen seen_of(const std::vector<ReceivedItem>& items) {
  constexpr int64_t kTargetTimesEnd = 1'710'000'000'000;
  Seen seen;
  for (const ReceivedItem& item : items) {
    const std::string_view name = item.labels.metric_name();
    if (name == "up" || name.starts_with("scrape_")) continue;
    std::set<std::string>& of_series = seen[item.labels];
    if (const auto* sample = std::get_if<FloatItem>(&item.what)) {
      of_series.insert(float_text(sample->value));
    } else if (const auto* histogram = std::get_if<NativeHistogram>(&item.what)) {
      of_series.insert(histogram_text(*histogram));
    } else {
      const Exemplar& exemplar = std::get<Exemplar>(item.what);
      of_series.insert(exemplar_text(exemplar, exemplar.timestamp_ms < kTargetTimesEnd));
    }
  }
  return seen;
}

}  // namespace pushpull
