#include "harness/wire/text_series.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "harness/wire/utf8.h"

namespace pushpull::wire {

namespace {

enum : uint8_t { kNameStart = 1, kDigit = 2, kColon = 4 };

constexpr std::array<uint8_t, 256> kClasses = [] {
  std::array<uint8_t, 256> classes{};
  for (size_t c = 'a'; c <= 'z'; ++c) classes[c] = kNameStart;
  for (size_t c = 'A'; c <= 'Z'; ++c) classes[c] = kNameStart;
  for (size_t c = '0'; c <= '9'; ++c) classes[c] = kDigit;
  classes['_'] = kNameStart;
  classes[':'] = kColon;
  return classes;
}();

bool is(char c, int classes) { return (kClasses[static_cast<unsigned char>(c)] & classes) != 0; }

// End of the name that starts at `at`, made of letters and `also`; `at` if there is none.
const char* name_end(const char* at, const char* end, int also) {
  if (at == end || !is(*at, kNameStart | also)) return at;
  ++at;
  while (at != end && is(*at, kNameStart | kDigit | also)) ++at;
  return at;
}

class LabelsLexer {
 public:
  // `text` begins behind the opening brace.
  LabelsLexer(std::string_view text, std::vector<RawLabel>& labels)
      : at_(text.data()), end_(at_ + text.size()), labels_(labels) {}

  // Returns the place behind the closing brace. A comma between labels may be missing, and one may
  // stand before the brace: accidents that Prometheus's parser keeps.
  Result<const char*> run() {
    while (true) {
      skip();
      if (here('}')) return at_ + 1;
      RawLabel label;
      const char* name = at_;
      at_ = name_end(at_, end_, 0);
      if (at_ == name) return Error{"expected a label name or '}'"};
      label.name = {name, static_cast<size_t>(at_ - name)};
      skip();
      if (!here('=')) return Error{"expected '=' after the label name"};
      ++at_;
      skip();
      if (!take_quoted(label.value)) return Error{"expected a quoted label value"};
      if (!ascii_ && !valid_utf8(label.value)) {
        return Error{"the label value is not valid UTF-8"};
      }
      labels_.push_back(label);
      skip();
      if (here(',')) ++at_;
    }
  }

 private:
  bool here(char c) const { return at_ != end_ && *at_ == c; }
  void skip() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t')) ++at_;
  }
  // Steps over a value in quotes and sets ascii_. A line may end inside the quotes, but not behind
  // a backslash.
  bool take_quoted(std::string_view& value) {
    if (!here('"')) return false;
    const char* begin = ++at_;
    unsigned bits = 0;
    for (; at_ != end_; ++at_) {
      if (*at_ == '"') {
        value = {begin, static_cast<size_t>(at_ - begin)};
        ascii_ = (bits & 0x80) == 0;
        ++at_;
        return true;
      }
      if (*at_ == '\\' && (++at_ == end_ || *at_ == '\n')) return false;
      bits |= static_cast<unsigned char>(*at_);
    }
    return false;
  }

  const char* at_;
  const char* end_;
  bool ascii_ = true;  // of the last value
  std::vector<RawLabel>& labels_;
};

bool has_repeated_name(const std::vector<RawLabel>& labels) {
  // Most expositions come sorted, which takes one pass to see.
  const auto not_ascending = [](const RawLabel& a, const RawLabel& b) { return a.name >= b.name; };
  if (std::ranges::adjacent_find(labels, not_ascending) == labels.end()) return false;
  std::vector<std::string_view> names;
  names.reserve(labels.size());
  for (const RawLabel& label : labels) names.push_back(label.name);
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) != names.end();
}

bool names_the_metric(const RawLabel& label) { return label.name == "__name__"; }

}  // namespace

size_t metric_name_size(std::string_view text) {
  const char* begin = text.data();
  return static_cast<size_t>(name_end(begin, begin + text.size(), kColon) - begin);
}

size_t skip_blanks(std::string_view text, size_t from) {
  while (from < text.size() && (text[from] == ' ' || text[from] == '\t')) ++from;
  return from;
}

Result<size_t> lex_series(std::string_view text, std::vector<RawLabel>& labels) {
  labels.clear();
  const size_t name = metric_name_size(text);
  if (name == 0) return Error{"expected a metric name"};
  const size_t brace = skip_blanks(text, name);
  if (brace == text.size() || text[brace] != '{') return name;
  const Result<const char*> end = LabelsLexer(text.substr(brace + 1), labels).run();
  if (!end.ok()) return end.error();
  if (has_repeated_name(labels) || std::ranges::any_of(labels, names_the_metric)) {
    return Error{"a label is given twice"};
  }
  return static_cast<size_t>(*end - text.data());
}

std::string unescape(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (size_t i = 0; i < value.size(); ++i) {
    const char next = i + 1 < value.size() ? value[i + 1] : '\0';
    if (value[i] == '\\' && (next == '\\' || next == '"' || next == 'n')) {
      out += next == 'n' ? '\n' : next;
      ++i;
    } else {
      out += value[i];
    }
  }
  return out;
}

}  // namespace pushpull::wire
