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

// Size of the name at the start of `text`, made of letters and `also`.
size_t name_size(std::string_view text, int also) {
  if (text.empty() || !is(text[0], kNameStart | also)) return 0;
  size_t size = 1;
  while (size < text.size() && is(text[size], kNameStart | kDigit | also)) ++size;
  return size;
}

// Size of the quoted value at the start of `text`, quotes included; 0 if there is none. A line may
// end inside the quotes, but not behind a backslash.
size_t quoted_size(std::string_view text) {
  if (!text.starts_with('"')) return 0;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] != '\\') continue;
    ++i;
    if (i == text.size() || text[i] == '\n') return 0;
  }
  return 0;
}

class LabelsLexer {
 public:
  // `at` is the index behind the opening brace.
  LabelsLexer(std::string_view text, size_t at, std::vector<RawLabel>& labels)
      : text_(text), at_(at), labels_(labels) {}

  // Returns the index behind the closing brace. A comma between labels may be missing, and one may
  // stand before the brace: accidents that Prometheus's parser keeps.
  Result<size_t> run() {
    while (true) {
      skip();
      if (here('}')) return at_ + 1;
      RawLabel label;
      label.name = take(name_size(text_.substr(at_), 0));
      if (label.name.empty()) return Error{"expected a label name or '}'"};
      skip();
      if (!here('=')) return Error{"expected '=' after the label name"};
      ++at_;
      skip();
      const std::string_view quoted = take(quoted_size(text_.substr(at_)));
      if (quoted.empty()) return Error{"expected a quoted label value"};
      label.value = quoted.substr(1, quoted.size() - 2);
      if (!valid_utf8(label.value)) return Error{"the label value is not valid UTF-8"};
      labels_.push_back(label);
      skip();
      if (here(',')) ++at_;
    }
  }

 private:
  bool here(char c) const { return at_ < text_.size() && text_[at_] == c; }
  void skip() { at_ = skip_blanks(text_, at_); }
  std::string_view take(size_t size) {
    const std::string_view taken = text_.substr(at_, size);
    at_ += size;
    return taken;
  }

  std::string_view text_;
  size_t at_;
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

size_t metric_name_size(std::string_view text) { return name_size(text, kColon); }

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
  Result<size_t> end = LabelsLexer(text, brace + 1, labels).run();
  if (!end.ok()) return end;
  if (has_repeated_name(labels) || std::ranges::any_of(labels, names_the_metric)) {
    return Error{"a label is given twice"};
  }
  return end;
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
