// Remote read, as much of it as reads a receiver back: one query, answered with raw samples. The
// samples of the answer come as they are stored: timestamps in milliseconds, values bit by bit
// except for the sign of zero, stale markers included.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/wire/write_request.h"

namespace pushpull::wire {

struct ReadMatcher {
  // Numbered as in prometheus.LabelMatcher. Expressions match the whole value.
  enum class Type : uint8_t { kEqual = 0, kNotEqual = 1, kMatches = 2, kMatchesNot = 3 };
  Type type = Type::kEqual;
  std::string name;
  std::string value;
  bool operator==(const ReadMatcher&) const = default;
};

struct ReadQuery {
  int64_t first_ms = 0;  // >= 0; both ends belong to it
  int64_t last_ms = 0;
  std::vector<ReadMatcher> matchers;  // all of them must match
  bool operator==(const ReadQuery&) const = default;
};

// The uncompressed ReadRequest that asks for samples (not for chunks).
std::string encode_read_request(const ReadQuery& query);

// The samples of an uncompressed ReadResponse. A series may be listed without any sample in the
// range: it yields nothing. Never reads outside `message`.
Result<WrittenRequest> decode_read_response(std::string_view message);

// An expression that matches exactly `text`.
std::string quote_expression(std::string_view text);

}  // namespace pushpull::wire
