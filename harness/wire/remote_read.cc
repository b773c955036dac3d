#include "harness/wire/remote_read.h"

#include "harness/wire/proto_reader.h"

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

void append_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void append_tag(std::string& out, uint32_t field, WireType type) {
  append_varint(out, field << 3 | static_cast<uint32_t>(type));
}

void append_number(std::string& out, uint32_t field, uint64_t value) {
  if (value == 0) return;  // proto3 leaves out zeros
  append_tag(out, field, WireType::kVarint);
  append_varint(out, value);
}

void append_bytes(std::string& out, uint32_t field, std::string_view bytes) {
  append_tag(out, field, WireType::kBytes);
  append_varint(out, bytes.size());
  out += bytes;
}

}  // namespace

std::string encode_read_request(const ReadQuery& query) {
  std::string body;
  append_number(body, kQueryFirst, static_cast<uint64_t>(query.first_ms));
  append_number(body, kQueryLast, static_cast<uint64_t>(query.last_ms));
  for (const ReadMatcher& matcher : query.matchers) {
    std::string bytes;
    append_number(bytes, kMatcherType, static_cast<uint64_t>(matcher.type));
    append_bytes(bytes, kMatcherName, matcher.name);
    append_bytes(bytes, kMatcherValue, matcher.value);
    append_bytes(body, kQueryMatchers, bytes);
  }
  std::string request;
  append_bytes(request, kRequestQueries, body);
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
