#include "harness/federation/selector.h"

#include <re2/re2.h>

#include <algorithm>
#include <optional>

namespace pushpull {
namespace {

bool is_name_start(char c, bool metric) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (metric && c == ':');
}

// A recursive-descent reader over one selector; the first error wins.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<std::vector<Matcher>> read() {
    std::vector<Matcher> matchers;
    skip_space();
    const std::string name = take_name(true);
    if (!name.empty()) matchers.push_back(*Matcher::make("__name__", Matcher::Op::kEqual, name));
    skip_space();
    if (take("{")) {
      skip_space();
      while (!take("}")) {
        Result<Matcher> matcher = read_matcher();
        if (!matcher) return matcher.error();
        matchers.push_back(std::move(*matcher));
        skip_space();
        if (take(",")) {
          skip_space();
        } else if (!peek("}")) {
          return error(at_ < text_.size()
                           ? "unexpected input in label matching, expected \",\" or \"}\""
                           : "unexpected end of input inside braces");
        }
      }
    } else if (name.empty()) {
      return error(at_ < text_.size() ? "unexpected input, expected a metric selector"
                                      : "unexpected end of input");
    }
    skip_space();
    if (at_ < text_.size())
      return error("only a plain series selector is allowed here (no range, offset or function)");
    return matchers;
  }

 private:
  Error error(std::string_view what) const {
    return Error{"1:" + std::to_string(at_ + 1) + ": parse error: " + std::string(what)};
  }
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  bool peek(std::string_view token) const { return text_.substr(at_).starts_with(token); }
  bool take(std::string_view token) {
    if (!peek(token)) return false;
    at_ += token.size();
    return true;
  }
  std::string take_name(bool metric) {
    const size_t begin = at_;
    while (at_ < text_.size() && (is_name_start(text_[at_], metric) ||
                                  (at_ > begin && text_[at_] >= '0' && text_[at_] <= '9')))
      ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  Result<Matcher> read_matcher() {
    const std::string name = take_name(false);
    if (name.empty()) return error("unexpected input in label matching, expected a label name");
    skip_space();
    Matcher::Op op;
    if (take("=~")) {
      op = Matcher::Op::kRegex;
    } else if (take("!~")) {
      op = Matcher::Op::kNotRegex;
    } else if (take("!=")) {
      op = Matcher::Op::kNotEqual;
    } else if (take("=")) {
      op = Matcher::Op::kEqual;
    } else {
      return error("expected label matching operator (=, !=, =~ or !~)");
    }
    skip_space();
    Result<std::string> value = read_string();
    if (!value) return value.error();
    Result<Matcher> matcher = Matcher::make(name, op, std::move(*value));
    if (!matcher) return error(matcher.error().message);
    return matcher;
  }

  Result<std::string> read_string() {
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '"' && quote != '\'' && quote != '`')
      return error("expected a quoted label value");
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == quote) {
        ++at_;
        return out;
      }
      if (c != '\\' || quote == '`') {
        out += c;
        continue;
      }
      if (++at_ == text_.size()) break;
      const std::optional<char> escaped = unescape(text_[at_], quote);
      if (!escaped) return error("unknown escape sequence in label value");
      out += *escaped;
    }
    return error("unterminated quoted string");
  }

  static std::optional<char> unescape(char c, char quote) {
    switch (c) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case 'a':
        return '\a';
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'v':
        return '\v';
      case '\\':
        return '\\';
      default:
        return c == quote ? std::optional<char>(c) : std::nullopt;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

Matcher::Matcher(std::string name, Op op, std::string value, std::shared_ptr<const re2::RE2> regex)
    : name_(std::move(name)), op_(op), value_(std::move(value)), regex_(std::move(regex)) {}

Result<Matcher> Matcher::make(std::string name, Op op, std::string value) {
  std::shared_ptr<const re2::RE2> regex;
  if (op == Op::kRegex || op == Op::kNotRegex) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_dot_nl(true);  // Prometheus compiles with (?s)
    regex = std::make_shared<const re2::RE2>("^(?:" + value + ")$", options);
    if (!regex->ok()) return Error{"error parsing regexp: " + regex->error()};
  }
  return Matcher(std::move(name), op, std::move(value), std::move(regex));
}

bool Matcher::matches(std::string_view value) const {
  switch (op_) {
    case Op::kEqual:
      return value == value_;
    case Op::kNotEqual:
      return value != value_;
    case Op::kRegex:
      return re2::RE2::FullMatch({value.data(), value.size()}, *regex_);
    case Op::kNotRegex:
      return !re2::RE2::FullMatch({value.data(), value.size()}, *regex_);
  }
  return false;
}

Result<Selector> Selector::parse(std::string_view text) {
  Result<std::vector<Matcher>> matchers = Reader(text).read();
  if (!matchers) return matchers.error();
  Selector selector;
  selector.matchers_ = std::move(*matchers);
  return selector;
}

bool Selector::matches(const Labels& labels) const {
  return !matchers_.empty() && std::ranges::all_of(matchers_, [&](const Matcher& m) {
    return m.matches(labels.get(m.name()));
  });
}

Selector::Verdict Selector::verdict(const Labels& known) const {
  if (matchers_.empty()) return Verdict::kNone;
  Verdict verdict = Verdict::kAll;
  for (const Matcher& matcher : matchers_) {
    if (!known.has(matcher.name())) {
      verdict = Verdict::kDepends;
    } else if (!matcher.matches(known.get(matcher.name()))) {
      return Verdict::kNone;
    }
  }
  return verdict;
}

}  // namespace pushpull
