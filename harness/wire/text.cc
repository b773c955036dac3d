#include "harness/wire/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "harness/base/number_format.h"
#include "harness/wire/text_number.h"
#include "harness/wire/text_series.h"
#include "harness/wire/utf8.h"

namespace pushpull::wire {

namespace {

// With their numbers in MetricMetadata; see wire/exemplar.h.
constexpr std::pair<std::string_view, int32_t> kTypes[] = {{"counter", 1},
                                                           {"gauge", 2},
                                                           {"histogram", 3},
                                                           {"summary", 5},
                                                           {"untyped", 0},
                                                           // Only in other formats.
                                                           {"gaugehistogram", 4},
                                                           {"info", 6},
                                                           {"stateset", 7},
                                                           {"unknown", 0}};
constexpr size_t kTextTypes = 5;

const auto* find_type(std::string_view name) {
  return std::ranges::find(kTypes, name, &std::pair<std::string_view, int32_t>::first);
}

constexpr bool ends_value(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '{'; }

// What the error shows of the place it speaks of: one line, printable.
std::string excerpt(std::string_view text) {
  std::string out(text.substr(0, std::min<size_t>(text.find('\n'), 60)));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20) c = '?';
  }
  return out;
}

// Line by line; a line may run on where a label value holds a raw newline.
class Parser {
 public:
  Parser(std::string body, const TextPredictor* predictor) : predictor_(predictor) {
    parsed_.text = std::move(body);
  }

  Result<ParsedText> run() {
    std::string& text = parsed_.text;
    if (text.size() >= std::numeric_limits<uint32_t>::max()) {
      return Error{"an exposition has less than 4 GiB"};
    }
    if (!text.empty() && text.back() != '\n') text += '\n';
    // A guess of the size of a line: real expositions have 80 … 320 bytes per sample.
    parsed_.samples.reserve(predictor_ != nullptr ? predictor_->size() : text.size() / 128);
    while (at_ < text.size()) {
      const Status status = line();
      if (!status.ok()) return located(status.error());
    }
    parsed_.predicted = predictor_ != nullptr && as_predicted_ == parsed_.samples.size() &&
                        as_predicted_ == predictor_->size();
    return std::move(parsed_);
  }

 private:
  std::string_view rest() const { return std::string_view(parsed_.text).substr(at_); }
  char here() const { return parsed_.text[at_]; }
  void skip() { at_ = skip_blanks(parsed_.text, at_); }

  Status line() {
    const size_t size = predicted_series();
    if (size > 0) {
      ++as_predicted_;
      return sample(at_, size);
    }
    const size_t begin = at_;
    skip();
    if (here() == '\n') {
      ++at_;
      return {};
    }
    if (here() == '#') return comment();
    if (at_ != begin) return Error{"blank before the metric name"};
    const Result<size_t> series = lex_series(rest(), labels_);
    if (!series.ok()) return series.error();
    return sample(begin, *series);
  }

  // Size of the series text here if it is the predicted one and a value follows as writers write
  // it; else 0. The blank and what follows it tell `up 1` from `upper 1` and from `up {a="b"} 1`.
  size_t predicted_series() const {
    if (predictor_ == nullptr || parsed_.samples.size() >= predictor_->size()) return 0;
    const std::string_view expected = predictor_->series(parsed_.samples.size());
    const std::string_view text = rest();
    if (text.size() < expected.size() + 2 || !text.starts_with(expected)) return 0;
    if (text[expected.size()] != ' ' || ends_value(text[expected.size() + 1])) return 0;
    return expected.size();
  }

  // The series is text[begin, begin + size); its value, timestamp and line end follow.
  Status sample(size_t begin, size_t size) {
    TextSample read{static_cast<uint32_t>(begin), static_cast<uint32_t>(size), kNoTimestamp, 0};
    at_ = begin + size;
    skip();
    const size_t value_begin = at_;
    while (!ends_value(here())) ++at_;
    if (at_ == value_begin) return Error{"expected a value behind the series"};
    if (!parse_value(token_from(value_begin), read.value)) {
      at_ = value_begin;
      return Error{"not a number"};
    }
    skip();
    if (here() != '\n') {
      const size_t timestamp_begin = at_;
      while (!ends_value(here())) ++at_;
      if (!parse_timestamp(token_from(timestamp_begin), read.timestamp_ms)) {
        at_ = timestamp_begin;
        return Error{"expected a timestamp of whole milliseconds or the end of the line"};
      }
      skip();
    }
    if (here() != '\n') return Error{"expected the end of the line behind the timestamp"};
    ++at_;
    parsed_.samples.push_back(read);
    return {};
  }

  std::string_view token_from(size_t begin) const {
    return std::string_view(parsed_.text).substr(begin, at_ - begin);
  }

  // `# HELP name text`, `# TYPE name type`, or anything else behind a '#'.
  Status comment() {
    const size_t keyword = skip_blanks(parsed_.text, at_ + 1);
    const std::string_view line = line_from(keyword);
    const bool help = line.starts_with("HELP ") || line.starts_with("HELP\t");
    const bool type = line.starts_with("TYPE ") || line.starts_with("TYPE\t");
    // A keyword that touches the '#' is no keyword.
    if ((help || type) && keyword > at_ + 1) {
      const size_t name = skip_blanks(line, 4);
      const size_t name_size = metric_name_size(line.substr(name));
      if (name_size == 0) return Error{"expected a metric name behind HELP or TYPE"};
      // One character, whatever it is, divides the name from the rest.
      std::string_view rest = line.substr(name + name_size);
      if (!rest.empty()) rest.remove_prefix(1);
      if (type && find_type(rest) >= kTypes + kTextTypes) return Error{"unknown metric type"};
      if (help && !valid_utf8(rest)) return Error{"the help text is not valid UTF-8"};
      const auto place = [this](const char* p) {
        return static_cast<uint32_t>(p - parsed_.text.data());
      };
      parsed_.metadata.push_back({place(line.data() + name), static_cast<uint32_t>(name_size),
                                  place(rest.data()), static_cast<uint32_t>(rest.size()),
                                  help ? TextMetadata::Kind::kHelp : TextMetadata::Kind::kType});
    }
    at_ = keyword + line.size() + 1;
    return {};
  }

  std::string_view line_from(size_t begin) const {
    return std::string_view(parsed_.text).substr(begin, parsed_.text.find('\n', begin) - begin);
  }

  Error located(const Error& error) const {
    const std::string_view before = std::string_view(parsed_.text).substr(0, at_);
    const auto line = std::ranges::count(before, '\n') + 1;
    return Error{"line " + std::to_string(line) + ": " + error.message + " at \"" +
                 excerpt(rest()) + "\""};
  }

  ParsedText parsed_;
  const TextPredictor* predictor_;
  size_t as_predicted_ = 0;  // samples whose series was the predicted one
  size_t at_ = 0;
  std::vector<RawLabel> labels_;
};

}  // namespace

void append_value(std::string& out, double value) { append_number(out, value); }

void append_series(std::string& out, const Labels& labels) { out += labels.to_string(); }

void append_sample(std::string& out, std::string_view series, double value, int64_t timestamp_ms) {
  out += series;
  std::array<char, kMaxNumberSize + 2 + 20 + 1> tail;  // blank value blank timestamp newline
  char* at = tail.data();
  *at++ = ' ';
  at = write_number(at, value);
  if (timestamp_ms != kNoTimestamp) {
    *at++ = ' ';
    at = std::to_chars(at, tail.data() + tail.size(), timestamp_ms).ptr;
  }
  *at++ = '\n';
  out.append(tail.data(), at);
}

TextPredictor::TextPredictor(const ParsedText& seen) {
  size_t size = 0;
  for (const TextSample& sample : seen.samples) size += sample.size;
  arena_.reserve(size);
  ends_.reserve(seen.samples.size());
  for (const TextSample& sample : seen.samples) {
    arena_.append(seen.text, sample.begin, sample.size);
    ends_.push_back(static_cast<uint32_t>(arena_.size()));
  }
}

void add_metadata(ParsedText& parsed, TextMetadata::Kind kind, std::string_view family,
                  std::string_view said) {
  const auto begin = static_cast<uint32_t>(parsed.text.size());
  const auto size = static_cast<uint32_t>(family.size());
  parsed.text.append(family).append(said);
  parsed.metadata.push_back({begin, size, begin + size, static_cast<uint32_t>(said.size()), kind});
}

int32_t metadata_type(std::string_view type) {
  const auto* found = find_type(type);
  return found == std::end(kTypes) ? 0 : found->second;
}

std::string unescape_help(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '\\' && (next == '\\' || next == 'n')) {
      out += next == 'n' ? '\n' : next;
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

Result<ParsedText> parse_text(std::string body, const TextPredictor* predictor) {
  return Parser(std::move(body), predictor).run();
}

Result<ParsedSeries> parse_series(std::string_view series) {
  std::vector<RawLabel> raw;
  const Result<size_t> size = lex_series(series, raw);
  if (!size.ok()) return size.error();
  if (*size != series.size()) return Error{"expected the end of the series"};
  ParsedSeries parsed;
  std::vector<Label> labels = {
      {"__name__", std::string(series.substr(0, metric_name_size(series)))}};
  for (const RawLabel& label : raw) {
    if (label.value.empty()) parsed.empty_names.emplace_back(label.name);
    labels.push_back({std::string(label.name), unescape(label.value)});
  }
  parsed.labels = Labels(std::move(labels));
  return parsed;
}

}  // namespace pushpull::wire
