// Expected errors are values. An Error says what is wrong and what to do; where it happened is part
// of its text.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "harness/base/check.h"

namespace pushpull {

struct Error {
  std::string message;
};

// A T or an Error. Reading the value of a failed Result is a programmer error.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  T& value() & {
    CHECK(ok()) << error_text();
    return std::get<T>(state_);
  }
  T&& value() && { return std::move(value()); }
  const T& value() const& {
    CHECK(ok()) << error_text();
    return std::get<T>(state_);
  }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(value()); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    CHECK(!ok());
    return std::get<Error>(state_);
  }

 private:
  std::string error_text() const { return ok() ? "" : std::get<Error>(state_).message; }

  std::variant<T, Error> state_;
};

// Success or an Error.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    CHECK(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace pushpull
