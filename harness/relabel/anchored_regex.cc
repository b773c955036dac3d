#include "harness/relabel/anchored_regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>

#include "harness/base/check.h"

namespace pushpull {
namespace {

// Go has no such limit; this one is far above anything written by hand.
constexpr int64_t kMaxMemory = int64_t{64} << 20;

// Copies a pattern, knowing where RE2 of Debian 12 and Go read it differently.
class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern) : rest_(pattern) {}

  Result<std::string> read(const RegexDialect& dialect) {
    while (!rest_.empty()) {
      if (rest_.starts_with("\\C")) return Error{"invalid escape sequence: \\C"};
      if (rest_.starts_with("\\Q")) {
        take(std::min(rest_.find("\\E"), rest_.size()));
      } else if (rest_[0] == '\\') {
        take(2);
      } else if (rest_[0] == '[') {
        take_class();
      } else if (rest_.starts_with("(?<")) {
        if (!dialect.short_group_names) return Error{"invalid perl operator: (?<"};
        out_ += "(?P";
        rest_.remove_prefix(2);
      } else {
        take(1);
      }
    }
    return std::move(out_);
  }

 private:
  void take(size_t n) {
    n = std::min(n, rest_.size());
    out_ += rest_.substr(0, n);
    rest_.remove_prefix(n);
  }
  void take_class() {
    take(1);
    if (rest_.starts_with("^")) take(1);
    if (rest_.starts_with("]")) take(1);
    while (!rest_.empty() && rest_[0] != ']') {
      const size_t named = rest_.starts_with("[:") ? rest_.find(":]") : std::string_view::npos;
      take(named != std::string_view::npos ? named + 2 : rest_[0] == '\\' ? 2 : 1);
    }
    take(1);
  }

  std::string_view rest_;
  std::string out_;
};

// What follows a '$': the name, and how much of the template it takes with its braces.
struct Reference {
  std::string_view name;
  size_t size = 0;
};

std::optional<Reference> read_reference(std::string_view text) {
  static const RE2 kName("([\\pL\\p{Nd}_]+)");
  const bool braces = text.starts_with('{');
  re2::StringPiece rest(text.data() + (braces ? 1 : 0), text.size() - (braces ? 1 : 0));
  re2::StringPiece name;
  if (!RE2::Consume(&rest, kName, &name)) return std::nullopt;
  if (braces && !rest.starts_with("}")) return std::nullopt;
  return Reference{{name.data(), name.size()}, name.size() + (braces ? 2 : 0)};
}

// The number that a name is, or nothing: "01" and "1x" are names.
std::optional<size_t> number_of(std::string_view name) {
  size_t number = 0;
  const char* end = name.data() + name.size();
  const auto [stop, ec] = std::from_chars(name.data(), end, number);
  if (ec != std::errc() || stop != end) return std::nullopt;
  if (name.size() > 1 && name[0] == '0') return std::nullopt;
  return number;
}

}  // namespace

Result<AnchoredRegex> AnchoredRegex::compile(std::string_view pattern,
                                             const RegexDialect& dialect) {
  const Result<std::string> readable = PatternReader(pattern).read(dialect);
  if (!readable) return readable.error();
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
  const std::string open = dialect.dot_matches_newline ? "^(?s:" : "^(?:";
  auto regex = std::make_shared<const RE2>(open + *readable + ")$", options);
  if (!regex->ok()) return Error{regex->error()};
  return AnchoredRegex(std::move(regex));
}

bool AnchoredRegex::matches(std::string_view text) const {
  return regex_->Match({text.data(), text.size()}, 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

std::optional<AnchoredRegex::Captures> AnchoredRegex::find(std::string_view text) const {
  return find_from(text, 0);
}

std::optional<AnchoredRegex::Captures> AnchoredRegex::find_from(std::string_view text,
                                                                size_t from) const {
  const int groups = regex_->NumberOfCapturingGroups() + 1;
  std::vector<re2::StringPiece> found(static_cast<size_t>(groups));
  if (!regex_->Match({text.data(), text.size()}, from, text.size(), RE2::UNANCHORED, found.data(),
                     groups)) {
    return std::nullopt;
  }
  Captures captures;
  captures.reserve(found.size());
  for (const re2::StringPiece& part : found) captures.emplace_back(part.data(), part.size());
  return captures;
}

std::string_view AnchoredRegex::group(std::string_view name, const Captures& captures) const {
  if (const std::optional<size_t> number = number_of(name)) {
    return *number < captures.size() ? captures[*number] : std::string_view();
  }
  for (const auto& [number, group_name] : regex_->CapturingGroupNames()) {
    const std::string_view captured = captures[static_cast<size_t>(number)];
    if (group_name == name && captured.data() != nullptr) return captured;
  }
  return {};
}

std::string AnchoredRegex::expand(std::string_view text_template, const Captures& captures) const {
  std::string out;
  for (size_t dollar = text_template.find('$'); dollar != std::string_view::npos;
       dollar = text_template.find('$')) {
    out += text_template.substr(0, dollar);
    text_template.remove_prefix(dollar + 1);
    const std::optional<Reference> reference = read_reference(text_template);
    if (reference) {
      out += group(reference->name, captures);
      text_template.remove_prefix(reference->size);
    } else {
      out += '$';
      if (text_template.starts_with('$')) text_template.remove_prefix(1);
    }
  }
  return out.append(text_template);
}

std::string AnchoredRegex::replace_all(std::string_view text,
                                       std::string_view text_template) const {
  std::string out;
  size_t copied = 0;
  for (size_t from = 0; from <= text.size();) {
    const std::optional<Captures> found = find_from(text, from);
    if (!found) break;
    const auto begin = static_cast<size_t>((*found)[0].data() - text.data());
    const size_t end = begin + (*found)[0].size();
    out += text.substr(copied, begin - copied);
    // An empty match right behind the last one is none.
    if (end > copied || begin == 0) out += expand(text_template, *found);
    copied = end;
    from = end > from ? end : from + 1;
  }
  return out.append(text.substr(copied));
}

}  // namespace pushpull
