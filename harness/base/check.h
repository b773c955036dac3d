// CHECK: a broken invariant ends the process, in every build type (assert vanishes exactly in the
// build we measure). For programmer errors only; bad input is a Result.
#pragma once

#include <sstream>
#include <string>

namespace pushpull::internal {

class CheckFailure {
 public:
  CheckFailure(const char* file, int line, const char* condition);
  [[noreturn]] ~CheckFailure();
  std::ostream& stream() { return message_; }

 private:
  std::ostringstream message_;
};

}  // namespace pushpull::internal

#define CHECK(condition)      \
  if (condition) [[likely]] { \
  } else                      \
    ::pushpull::internal::CheckFailure(__FILE__, __LINE__, #condition).stream()
