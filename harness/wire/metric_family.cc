#include "harness/wire/metric_family.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "harness/wire/metric_message.h"
#include "harness/wire/utf8.h"

namespace pushpull::wire {

namespace {

// Numbered as MetricType.
enum Type : uint64_t { kCounter, kGauge, kSummary, kUntyped, kHistogram, kGaugeHistogram };

constexpr std::string_view kTypeNames[] = {"counter", "gauge",     "summary",
                                           "unknown", "histogram", "gaugehistogram"};

class Parser {
 public:
  Parser(std::string_view body, const ExpositionDialect& dialect)
      : body_(body), dialect_(dialect) {}

  Result<ParsedText> run() {
    if (body_.size() >= std::numeric_limits<int32_t>::max()) {
      return Error{"an exposition has less than 2 GiB"};
    }
    parsed_.encoded_series = true;
    ProtoReader reader(body_);
    while (!reader.done()) {
      const auto begin = static_cast<size_t>(reader.at() - body_.data());
      std::string_view message;
      if (!reader.read_bytes(message)) return broken(begin, "its size");
      const Status status = family(message);
      if (!status.ok()) return broken(begin, status.error().message);
    }
    if (!extras_.histograms.empty() || !extras_.exemplars.empty()) {
      parsed_.extras = std::make_shared<const ParsedText::Extras>(std::move(extras_));
    }
    return std::move(parsed_);
  }

 private:
  static constexpr size_t kMaxSeriesBytes = size_t{1} << 30;

  static Error broken(size_t at, const std::string& why) {
    return Error{"not a valid io.prometheus.client.MetricFamily at byte " + std::to_string(at) +
                 ": " + why};
  }

  Status family(std::string_view message) {
    std::vector<std::string_view> metrics;
    std::string_view help;
    uint64_t type = kCounter;
    name_ = {};
    const bool good = each_field(message, [&](const ProtoTag& tag, ProtoReader& reader) {
      switch (tag.field) {
        case 1:
          return read(tag, reader, name_);
        case 2:
          return read(tag, reader, help);
        case 3:
          return read(tag, reader, type);
        case 4:
          return read(tag, reader, metrics);
        default:
          return skipped(tag, reader);
      }
    });
    if (!good) return Error{"broken field"};
    if (metrics.empty()) return {};
    if (type > kGaugeHistogram) return Error{"unknown metric type"};
    if (!valid_utf8(help)) return Error{"the help text is not valid UTF-8"};
    type_ = static_cast<Type>(type);
    add_metadata(parsed_, TextMetadata::Kind::kHelp, name_, help);
    add_metadata(parsed_, TextMetadata::Kind::kType, name_, kTypeNames[type]);
    for (const std::string_view one : metrics) {
      if (Status status = metric(one); !status) return status;
    }
    return {};
  }

  // Field numbers of Metric.
  static uint32_t value_field(Type type) {
    switch (type) {
      case kCounter:
        return 3;
      case kGauge:
        return 2;
      case kSummary:
        return 4;
      case kUntyped:
        return 5;
      default:
        return 7;
    }
  }

  Status metric(std::string_view message) {
    labels_.clear();
    std::string_view value;
    uint64_t timestamp = 0;
    const bool good = each_field(message, [&](const ProtoTag& tag, ProtoReader& reader) {
      std::string_view bytes;
      if (tag.field == 1) {
        return read(tag, reader, bytes) && read_label(bytes, labels_.emplace_back());
      }
      if (tag.field == 6) return read(tag, reader, timestamp);
      if (tag.field == value_field(type_)) return read(tag, reader, value);
      return skipped(tag, reader);
    });
    if (!good) return Error{"broken metric"};
    // Zero is taken for none.
    timestamp_ms_ = timestamp == 0 ? kNoTimestamp : static_cast<int64_t>(timestamp);
    switch (type_) {
      case kSummary:
        return summary(value);
      case kHistogram:
      case kGaugeHistogram:
        return histogram(value);
      default:
        return simple(value);
    }
  }

  Status simple(std::string_view message) {
    MetricValue value;
    if (!read_value(message, type_ == kCounter, value)) return Error{"broken value"};
    if (Status status = add("", value.value); !status) return status;
    return value.has_exemplar ? add_exemplar(value.exemplar, false) : Status();
  }

  Status summary(std::string_view message) {
    MetricSummary value;
    if (!read_summary(message, value)) return Error{"broken summary"};
    if (Status status = add("_count", static_cast<double>(value.count)); !status) return status;
    if (Status status = add("_sum", value.sum); !status) return status;
    for (const auto& [quantile, at] : value.quantiles) {
      if (Status status = add_at("", "quantile", quantile, at); !status) return status;
    }
    return {};
  }

  Status histogram(std::string_view message) {
    MetricHistogram h;
    if (!read_histogram(message, h)) return Error{"broken histogram"};
    if (!h.is_native() || !dialect_.native_histograms) return classic(h);
    if (!complete(h, type_ == kGaugeHistogram)) {
      return Error{"a histogram's spans need other numbers of buckets than it has"};
    }
    const auto sample = static_cast<uint32_t>(parsed_.samples.size());
    if (Status status = add("", 0); !status) return status;
    extras_.histograms.emplace_back(sample, std::move(h.native));
    // Without a time of their own they are left out; those of buckets count where it has no others.
    std::vector<std::string_view> exemplars = std::move(h.exemplars);
    if (exemplars.empty()) {
      for (const MetricBucket& bucket : h.buckets) {
        if (bucket.has_exemplar) exemplars.push_back(bucket.exemplar);
      }
    }
    const size_t first = extras_.exemplars.size();
    for (const std::string_view exemplar : exemplars) {
      if (Status status = add_exemplar(exemplar, true); !status) return status;
    }
    std::ranges::stable_sort(
        extras_.exemplars.begin() + static_cast<ptrdiff_t>(first), extras_.exemplars.end(),
        [](const auto& a, const auto& b) { return before(a.second, b.second); });
    return {};
  }

  static bool before(const Exemplar& a, const Exemplar& b) {
    if (a.timestamp_ms != b.timestamp_ms) return a.timestamp_ms < b.timestamp_ms;
    if (a.value != b.value) return a.value < b.value;
    return a.labels < b.labels;
  }

  Status classic(const MetricHistogram& h) {
    if (Status status = add("_count", h.total()); !status) return status;
    if (Status status = add("_sum", h.native.sum); !status) return status;
    bool infinite = false;
    for (const MetricBucket& bucket : h.buckets) {
      infinite = bucket.upper_bound == std::numeric_limits<double>::infinity();
      Status status = add_at("_bucket", "le", bucket.upper_bound, bucket.count());
      if (status.ok() && bucket.has_exemplar) status = add_exemplar(bucket.exemplar, false);
      if (!status) return status;
      if (infinite) break;
    }
    if (infinite) return {};
    return add_at("_bucket", "le", std::numeric_limits<double>::infinity(), h.total());
  }

  Status add_at(std::string_view suffix, std::string_view label, double bound, double value) {
    std::string text;
    append_bound(text, bound);
    labels_.emplace_back(label, text);
    Status status = add(suffix, value);
    labels_.pop_back();
    return status;
  }

  // One sample of the metric at hand: the family's name and `suffix`, and labels_.
  Status add(std::string_view suffix, double value) {
    const std::string name = std::string(name_).append(suffix);
    labels_.insert(labels_.begin(), {"__name__", name});
    Status status = check_exposed_series(labels_, dialect_);
    const auto begin = static_cast<uint32_t>(parsed_.text.size());
    // Names stand in every series: a few bytes of input may ask for many.
    if (begin > kMaxSeriesBytes) status = Error{"more than 1 GiB of labels when written out"};
    if (status.ok()) append_exposed_series(parsed_.text, labels_);
    labels_.erase(labels_.begin());
    const auto size = static_cast<uint32_t>(parsed_.text.size() - begin);
    parsed_.samples.push_back({begin, size, timestamp_ms_, value});
    return status;
  }

  // Of the newest sample.
  Status add_exemplar(std::string_view message, bool only_dated) {
    Exemplar exemplar;
    if (!read_exemplar(message, exemplar)) return Error{"broken exemplar"};
    if (only_dated && !exemplar.dated) return {};
    extras_.exemplars.emplace_back(static_cast<uint32_t>(parsed_.samples.size() - 1),
                                   std::move(exemplar));
    return {};
  }

  const std::string_view body_;
  const ExpositionDialect dialect_;
  ParsedText parsed_;
  ParsedText::Extras extras_;
  // Of the family and the metric at hand.
  std::string_view name_;
  Type type_ = kCounter;
  int64_t timestamp_ms_ = kNoTimestamp;
  std::vector<ExposedLabel> labels_;
};

}  // namespace

Result<ParsedText> parse_metric_families(std::string_view body, const ExpositionDialect& dialect) {
  return Parser(body, dialect).run();
}

}  // namespace pushpull::wire
