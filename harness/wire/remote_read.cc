#include "harness/wire/remote_read.h"

#include "harness/wire/proto_reader.h"
#include "harness/wire/proto_writer.h"

namespace pushpull::wire {

namespace {

// Field numbers of remote_write.proto.
constexpr uint32_t kRequestQueries = 1;
constexpr uint32_t kQueryFirst = 1;
constexpr uint32_t kQueryLast = 2;
constexpr uint32_t kQueryMatchers = 3;
constexpr uint32_t kMatcherType = 1;
constexpr uint32_t kMatcherName = 2;
constexpr uint32_t kMatcherValue = 3;
constexpr uint32_t kResponseResults = 1;

}  // namespace

std::string encode_read_request(const ReadQuery& query) {
  std::string body;
  append_varint_field(body, kQueryFirst, static_cast<uint64_t>(query.first_ms));
  append_varint_field(body, kQueryLast, static_cast<uint64_t>(query.last_ms));
  for (const ReadMatcher& matcher : query.matchers) {
    std::string bytes;
    append_varint_field(bytes, kMatcherType, static_cast<uint64_t>(matcher.type));
    append_bytes_field(bytes, kMatcherName, matcher.name);
    append_bytes_field(bytes, kMatcherValue, matcher.value);
    append_bytes_field(body, kQueryMatchers, bytes);
  }
  std::string request;
  append_bytes_field(request, kRequestQueries, body);
  return request;
}

// A QueryResult holds its series in the field where a WriteRequest has them.
Result<WrittenRequest> decode_read_response(std::string_view message) {
  std::string series;
  ProtoReader reader(message);
  while (!reader.done()) {
    ProtoTag tag{};
    if (!reader.read_tag(tag)) return Error{"not a valid prometheus.ReadResponse"};
    std::string_view result;
    if (tag.field != kResponseResults) {
      if (!reader.skip(tag.type)) return Error{"not a valid prometheus.ReadResponse"};
    } else if (tag.type == WireType::kBytes && reader.read_bytes(result)) {
      series += result;
    } else {
      return Error{"not a valid prometheus.ReadResponse: broken result"};
    }
  }
  return decode_write_request(std::move(series));
}

std::string quote_expression(std::string_view text) {
  constexpr std::string_view kSpecial = "\\.+*?()|[]{}^$";
  std::string quoted;
  for (const char c : text) {
    if (kSpecial.find(c) != std::string_view::npos) quoted += '\\';
    quoted += c;
  }
  return quoted;
}

}  // namespace pushpull::wire
