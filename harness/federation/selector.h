// Series selectors of match[]: metric{a="b",c!="d",e=~"f",g!~"h"}. Regular expressions are RE2,
// anchored at both ends, as in Prometheus. Immutable; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/workload/labels.h"

namespace re2 {
class RE2;
}

namespace pushpull {

class Matcher {
 public:
  enum class Op { kEqual, kNotEqual, kRegex, kNotRegex };
  // Error: not a valid regular expression.
  static Result<Matcher> make(std::string name, Op op, std::string value);

  const std::string& name() const { return name_; }
  // An absent label has the value "".
  bool matches(std::string_view value) const;

 private:
  Matcher(std::string name, Op op, std::string value, std::shared_ptr<const re2::RE2> regex);

  std::string name_;
  Op op_;
  std::string value_;
  std::shared_ptr<const re2::RE2> regex_;
};

class Selector {
 public:
  // Error texts begin "1:<column>: parse error: " as Prometheus's do.
  static Result<Selector> parse(std::string_view text);

  // `{}` selects nothing.
  bool matches(const Labels& labels) const;

  // What is certain for every series that carries `known` among its labels.
  enum class Verdict { kAll, kNone, kDepends };
  Verdict verdict(const Labels& known) const;

 private:
  std::vector<Matcher> matchers_;
};

}  // namespace pushpull
