#include "harness/wire/openmetrics.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "harness/wire/text_number.h"
#include "harness/wire/text_series.h"
#include "harness/wire/utf8.h"

namespace pushpull::wire {

namespace {

constexpr std::string_view kTypes[] = {"counter", "gauge", "histogram", "gaugehistogram",
                                       "summary", "info",  "stateset",  "unknown"};

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

class Parser {
 public:
  Parser(std::string_view body, const ExpositionDialect& dialect)
      : body_(body), dialect_(dialect) {}

  Result<ParsedText> run() {
    if (body_.size() >= std::numeric_limits<uint32_t>::max()) {
      return Error{"an exposition has less than 4 GiB"};
    }
    parsed_.encoded_series = true;
    bool ended = body_.empty();
    while (!ended) {
      const Status status =
          at_ == body_.size() ? Status(Error{"data does not end with # EOF"}) : line(ended);
      if (!status.ok()) return located(status.error());
    }
    if (!extras_.exemplars.empty()) {
      parsed_.extras = std::make_shared<const ParsedText::Extras>(std::move(extras_));
    }
    return std::move(parsed_);
  }

 private:
  std::string_view rest() const { return body_.substr(at_); }
  bool take(std::string_view text) {
    if (!rest().starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  bool here(char c) const { return at_ < body_.size() && body_[at_] == c; }

  Status line(bool& ended) {
    if (take("# EOF")) {
      take("\n");
      if (at_ != body_.size()) return Error{"unexpected data after # EOF"};
      ended = true;
      return {};
    }
    if (take("# HELP ")) return metadata(Kind::kHelp);
    if (take("# TYPE ")) return metadata(Kind::kType);
    if (take("# UNIT ")) return metadata(Kind::kUnit);
    return series();
  }

  using Kind = TextMetadata::Kind;

  Status metadata(Kind kind) {
    std::string_view name = take_name(true);
    if (name.empty() && here('"') && dialect_.utf8_names) {
      const auto quoted = take_quoted(true);
      if (quoted) name = *quoted;
    }
    if (name.empty()) return Error{"expected a metric name behind HELP, TYPE or UNIT"};
    if (!here(' ')) return Error{"expected a blank and text behind the name"};
    const size_t end = body_.find('\n', at_);
    if (end == std::string_view::npos) return Error{"data does not end with # EOF"};
    const std::string_view text = body_.substr(at_ + 1, end - at_ - 1);
    const auto known = std::ranges::find(kTypes, text);
    if (kind == Kind::kType && known == std::end(kTypes)) return Error{"invalid metric type"};
    if (kind == Kind::kType) type_ = *known;
    if (kind == Kind::kHelp && !valid_utf8(text)) {
      return Error{"the help text is not valid UTF-8"};
    }
    if (kind == Kind::kUnit && !text.empty()) {
      const bool suffix = name.size() > text.size() && name.ends_with(text) &&
                          name[name.size() - text.size() - 1] == '_';
      if (!suffix) return Error{"the unit is not a suffix of the metric's name"};
    }
    kept_.clear();
    add_metadata(parsed_, kind, name, kind == Kind::kHelp ? unescaped(text) : text);
    at_ = end + 1;
    return {};
  }

  Status series() {
    labels_.clear();
    kept_.clear();
    const std::string_view name = take_name(true);
    named_ = !name.empty();
    if (named_) labels_.emplace_back("__name__", name);
    if (take("{")) {
      if (Status status = label_list(labels_, false); !status) return status;
    }
    if (!named_) return Error{"expected a metric name"};
    normalise_bounds();
    if (Status status = check_exposed_series(labels_, dialect_); !status) return status;
    TextSample sample{static_cast<uint32_t>(parsed_.text.size()), 0, kNoTimestamp, 0};
    append_exposed_series(parsed_.text, labels_);
    sample.size = static_cast<uint32_t>(parsed_.text.size()) - sample.begin;
    if (!take_value(sample.value)) return Error{"expected a blank and a number"};
    if (!rest().starts_with(" # {") && here(' ')) {
      if (!take_time(sample.timestamp_ms)) return Error{"expected a timestamp in seconds"};
    }
    const auto number = static_cast<uint32_t>(parsed_.samples.size());
    if (take(" # {")) {
      if (Status status = exemplar(number); !status) return status;
    }
    if (!take("\n")) return Error{"expected the end of the line"};
    parsed_.samples.push_back(sample);
    return {};
  }

  // Its labels stand as they are: escapes are not decoded.
  Status exemplar(uint32_t sample) {
    std::vector<ExposedLabel> labels;
    if (Status status = label_list(labels, true); !status) return status;
    std::vector<Label> list;
    for (const auto& [name, value] : labels)
      list.push_back({std::string(name), std::string(value)});
    Exemplar exemplar{Labels(std::move(list)), 0, 0, false};
    if (!take_value(exemplar.value)) return Error{"expected the exemplar's value"};
    if (here(' ')) {
      if (!take_time(exemplar.timestamp_ms)) return Error{"expected the exemplar's timestamp"};
      exemplar.dated = true;
    }
    extras_.exemplars.emplace_back(sample, std::move(exemplar));
    return {};
  }

  // Behind the opening brace, up to and with the closing one. A quoted text without a value is the
  // metric's name, which goes to the front.
  Status label_list(std::vector<ExposedLabel>& labels, bool of_exemplar) {
    while (!take("}")) {
      std::string_view name = take_name(false);
      const bool quoted = name.empty() && here('"') && dialect_.utf8_names;
      if (quoted) {
        const auto text = take_quoted(true);
        if (!text) return Error{"expected the end of a quoted name"};
        name = of_exemplar ? *text : unescaped(*text);
      } else if (name.empty()) {
        return Error{"expected a label name or '}'"};
      }
      if (quoted && !of_exemplar && (here(',') || here('}'))) {
        if (std::exchange(named_, true)) return Error{"the metric name is given twice"};
        labels.insert(labels.begin(), {"__name__", name});
      } else {
        if (!take("=")) return Error{"expected '=' behind the label name"};
        const auto value = take_quoted(false);
        if (!value) return Error{"expected a quoted label value"};
        if (!valid_utf8(*value)) return Error{"the label value is not valid UTF-8"};
        labels.emplace_back(name, of_exemplar ? *value : unescaped(*value));
      }
      if (!take(",") && !here('}')) return Error{"expected ',' or '}' behind the label"};
    }
    return {};
  }

  void normalise_bounds() {
    const bool histogram = type_ == "histogram";
    if (!dialect_.normalised_bounds || (!histogram && type_ != "summary")) return;
    for (auto& [name, value] : labels_) {
      double bound = 0;
      if (name != (histogram ? "le" : "quantile") || !parse_value(value, bound)) continue;
      std::string& text = kept_.emplace_back();
      append_bound(text, bound);
      value = text;
    }
  }

  // Empty where there is none.
  std::string_view take_name(bool colons) {
    const auto begins = [&](char c) { return letter(c) || (colons && c == ':'); };
    const size_t begin = at_;
    if (at_ == body_.size() || !begins(body_[at_])) return {};
    while (at_ < body_.size() && (begins(body_[at_]) || digit(body_[at_]))) ++at_;
    return body_.substr(begin, at_ - begin);
  }

  // What stands in quotes, escaped; names may go on over a line's end.
  std::optional<std::string_view> take_quoted(bool newlines) {
    if (!take("\"")) return std::nullopt;
    const size_t begin = at_;
    for (; at_ < body_.size(); ++at_) {
      const char c = body_[at_];
      if (c == '"') return body_.substr(begin, at_++ - begin);
      if (c == '\n' && !newlines) return std::nullopt;
      if (c == '\\' && (++at_ == body_.size() || body_[at_] == '\n')) return std::nullopt;
    }
    return std::nullopt;
  }

  std::string_view unescaped(std::string_view text) {
    if (text.find('\\') == std::string_view::npos) return text;
    return kept_.emplace_back(unescape(text));
  }

  // One blank, and what is no blank.
  std::string_view take_token() {
    if (!take(" ")) return {};
    const size_t begin = at_;
    while (at_ < body_.size() && body_[at_] != ' ' && body_[at_] != '\n') ++at_;
    return body_.substr(begin, at_ - begin);
  }
  bool take_value(double& value) { return parse_value(take_token(), value); }
  bool take_time(int64_t& ms) {
    double seconds = 0;
    if (!parse_value(take_token(), seconds)) return false;
    // What int64 has not, and Go's conversion makes anything of.
    constexpr double kLimit = 9.2e15;
    if (!(std::abs(seconds) < kLimit)) return false;
    ms = static_cast<int64_t>(seconds * 1000);
    return true;
  }

  Error located(const Error& error) const {
    const auto line = std::ranges::count(body_.substr(0, at_), '\n') + 1;
    return Error{"line " + std::to_string(line) + ": " + error.message};
  }

  std::string_view body_;
  const ExpositionDialect dialect_;
  size_t at_ = 0;
  std::string_view type_;  // of the newest TYPE line
  ParsedText parsed_;
  ParsedText::Extras extras_;
  std::vector<ExposedLabel> labels_;  // of the series at hand
  bool named_ = false;                // it has a name
  std::deque<std::string> kept_;      // texts of it that do not stand in the body
};

}  // namespace

Result<ParsedText> parse_openmetrics(std::string_view body, const ExpositionDialect& dialect) {
  return Parser(body, dialect).run();
}

}  // namespace pushpull::wire
