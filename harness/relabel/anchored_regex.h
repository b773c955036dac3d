// Regular expressions as Prometheus's relabelling has them: RE2 syntax, anchored at both ends, and
// Go's templates for what they captured.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace re2 {
class RE2;
}  // namespace re2

namespace pushpull {

// What differs between releases.
struct RegexDialect {
  bool dot_matches_newline = true;  // since 3.0
  bool short_group_names = true;    // (?<name>…) beside (?P<name>…), since Go 1.22: 2.51
};

// Immutable; any thread. Copies share the compiled expression.
class AnchoredRegex {
 public:
  // The error is RE2's own text about `pattern`.
  static Result<AnchoredRegex> compile(std::string_view pattern, const RegexDialect& dialect = {});

  bool matches(std::string_view text) const;

  // By number of the group, the whole match first; parts of the text. A group that took no part is
  // empty.
  using Captures = std::vector<std::string_view>;
  std::optional<Captures> find(std::string_view text) const;
  // Go's Regexp.Expand: $1, ${1}, $name, ${name} and $$. A name is as long as it can be ($1x is the
  // group "1x"), that of no group stands for nothing, that of several for the first of them that
  // took part, and what is no name stays as it is.
  std::string expand(std::string_view text_template, const Captures& captures) const;
  // Go's Regexp.ReplaceAllString. A pattern that closes the anchoring group, "a)|(b", may match
  // more than once.
  std::string replace_all(std::string_view text, std::string_view text_template) const;

 private:
  explicit AnchoredRegex(std::shared_ptr<const re2::RE2> regex) : regex_(std::move(regex)) {}

  std::optional<Captures> find_from(std::string_view text, size_t from) const;
  std::string_view group(std::string_view name, const Captures& captures) const;

  std::shared_ptr<const re2::RE2> regex_;
};

}  // namespace pushpull
