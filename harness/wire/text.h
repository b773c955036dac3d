// Text exposition 0.0.4: writer and parser. The parser takes what Prometheus 2.42's takes, case by
// case (see text_test); 3.x differs only in quoted names, which are refused here, and in taking a
// blank before a name. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/workload/exemplar.h"
#include "harness/workload/labels.h"
#include "harness/workload/native_histogram.h"

namespace pushpull::wire {

inline constexpr int64_t kNoTimestamp = std::numeric_limits<int64_t>::min();

// Appends `value` as /federate and client libraries write it (base/number_format.h).
void append_value(std::string& out, double value);
// `name{a="b",c="d"}`, always with braces, values escaped.
void append_series(std::string& out, const Labels& labels);
// "<series> <value>[ <timestamp>]\n"
void append_sample(std::string& out, std::string_view series, double value, int64_t timestamp_ms);

// One line of a parsed exposition; its series text (name and braces, exactly as sent) is
// text.substr(begin, size).
struct TextSample {
  uint32_t begin;
  uint32_t size;
  int64_t timestamp_ms;  // kNoTimestamp where absent
  double value;
};

// What a HELP, TYPE or UNIT line says of which family, both as positions in the text.
struct TextMetadata {
  enum class Kind : uint8_t { kHelp, kType, kUnit };

  uint32_t name_begin;
  uint32_t name_size;
  uint32_t text_begin;
  uint32_t text_size;
  Kind kind;
};
// The number that remote write has for the type of a TYPE line; untyped and unknown are 0.
int32_t metadata_type(std::string_view type);
// A help text as it is meant: \\ and \n are escapes.
std::string unescape_help(std::string_view text);

struct ParsedText {
  // What only other formats than text 0.0.4 have; each beside the index of its sample, ascending.
  struct Extras {
    // Compacted; without timestamp, which is the sample's. The value of such a sample means
    // nothing.
    std::vector<std::pair<uint32_t, NativeHistogram>> histograms;
    std::vector<std::pair<uint32_t, Exemplar>> exemplars;

    // By sample: whether it is a native histogram.
    std::vector<bool> histogram_mask(size_t samples) const {
      std::vector<bool> mask(samples);
      for (const auto& [sample, _] : histograms) mask[sample] = true;
      return mask;
    }
  };

  std::string text;
  std::vector<TextSample> samples;
  std::vector<TextMetadata> metadata;
  // The series texts are, in order and number, those of the predictor.
  bool predicted = false;
  // The series are not texts of the format but label sets as append_exposed_series() writes them;
  // and help texts have no escapes.
  bool encoded_series = false;
  std::shared_ptr<const Extras> extras;  // null where there are none
};

// Where `text` is not the exposition itself: writes this behind it.
void add_metadata(ParsedText& parsed, TextMetadata::Kind kind, std::string_view family,
                  std::string_view said);

// The series texts of an earlier scrape, in order. Immutable; any thread.
class TextPredictor {
 public:
  explicit TextPredictor(const ParsedText& seen);
  size_t size() const { return ends_.size(); }
  std::string_view series(size_t i) const {
    const uint32_t begin = i == 0 ? 0 : ends_[i - 1];
    return {arena_.data() + begin, ends_[i] - begin};
  }

 private:
  std::string arena_;
  std::vector<uint32_t> ends_;
};

// Parses a whole body. One bad line fails it all, as in Prometheus; the error names the line.
// `predictor` may be null.
Result<ParsedText> parse_text(std::string body, const TextPredictor* predictor);

struct ParsedSeries {
  Labels labels;  // `__name__` included, sorted, empty values dropped
  // Labels written with an empty value, as they stand: present, as far as honor_labels goes.
  std::vector<std::string> empty_names;
};

// The labels of one series text. Error on repeated names, a missing metric name and anything else
// that is not one whole series.
Result<ParsedSeries> parse_series(std::string_view series);

}  // namespace pushpull::wire
