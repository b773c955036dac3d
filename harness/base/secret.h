// A password, token or key. It prints as <secret>, in logs and in failures of tests too; whoever
// needs the value says so.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace pushpull {

// What stands in place of a value, as Prometheus shows it.
inline constexpr std::string_view kHiddenSecret = "<secret>";

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  // For the wire, and for the configuration file of a process that needs it. Nowhere else.
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

  bool operator==(const Secret&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Secret& secret) {
    return secret.empty() ? out : out << kHiddenSecret;
  }

 private:
  std::string value_;
};

}  // namespace pushpull
