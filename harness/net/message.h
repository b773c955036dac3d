// Requests and responses as logic sees them. A body is a payload (samples, in both engines) or
// plain bytes; turning payloads into bytes and back is byte work, done by the engine's transports
// off the loop thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/net/client_settings.h"

namespace pushpull {

// What a piece of byte work costs in virtual time: the calibration prices (kind, samples, bytes).
// Real engines ignore it.
struct Work {
  enum class Kind {
    kNone,
    kScrapeParse,    // scraper: parse + append of one exposition from a target
    kWriteEncode,    // sender: read WAL, build, compress one write request
    kWriteReceive,   // receiver: decompress, decode, append one write request
    kFederateServe,  // source: select, sort, encode (gzip included) one /federate body
    kFederateParse,  // central: gunzip, parse, append one /federate body
  };
  Kind kind = Kind::kNone;
  int64_t samples = 0;
};

// A body that is samples. Implementations are immutable; encode() may run on any thread, and again
// for a retry.
class Payload {
 public:
  virtual ~Payload() = default;
  // The bytes on the wire, compressed as the headers beside it say.
  virtual Result<std::string> encode() const = 0;
  // What encode() would return the length of: exact where it was really encoded, else the size
  // model's answer. Virtual engine only.
  virtual int64_t wire_size() const = 0;
  virtual int64_t samples() const = 0;
};
using PayloadPtr = std::shared_ptr<const Payload>;

struct Header {
  std::string name;
  std::string value;
};

// Copies share one immutable list, so that a message made from a prototype costs no allocation per
// header.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> list) : Headers(std::vector<Header>(list)) {}
  explicit Headers(std::vector<Header> list)
      : list_(std::make_shared<const std::vector<Header>>(std::move(list))) {}
  // First value, names compared without case; "" where absent.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  // Copies the list; many at once are better given to the constructor.
  void add(std::string_view name, std::string_view value);
  const Header* begin() const { return list_ == nullptr ? nullptr : list_->data(); }
  const Header* end() const { return list_ == nullptr ? nullptr : list_->data() + list_->size(); }

 private:
  std::shared_ptr<const std::vector<Header>> list_;  // null: none
};

// A token of RFC 9110.
bool is_header_name(std::string_view name);
// As Go's net/http writes the name of a header: "x-scope-orgid" is X-Scope-Orgid. What is not a
// name stays as it is.
std::string canonical_header_name(std::string_view name);
// With one more, where Go's client writes it: behind User-Agent, all stand in the bytewise order of
// their names. Takes the place of one that has its name.
Headers with_header(const Headers& headers, Header added);

struct Body {
  PayloadPtr payload;  // wins over bytes
  std::string bytes;
};

struct Request {
  std::string method = "GET";
  std::string path;   // without query
  std::string query;  // without '?', still percent-encoded
  Headers
      headers;  // all that go on the wire except Host and Content-Length, which the transport adds
  Body body;
  Work encode_work;  // charged at the sender before the request leaves
  // Adds its header when the request leaves; null: nothing to add.
  std::shared_ptr<const AuthorizationSource> authorization;
  std::shared_ptr<const TlsSettings> tls;  // null: plain HTTP
};

struct Response {
  int status = 200;
  Headers headers;
  Body body;
  Work encode_work;  // charged at the server before the first byte leaves
};

// An error as Go's http.Error answers it: `text` and a newline.
Response error_response(int status, std::string_view text);

// Values of a query parameter, decoded ('+' is a space), in order. Pairs that are not well-formed
// are skipped, as Go's url.ParseQuery does.
std::vector<std::string> query_values(std::string_view query, std::string_view name);
// Encodes a query parameter's name or value as Go's url.QueryEscape does.
std::string percent_encode(std::string_view text);

// Bytes of the head (start line, headers, blank line) that HTTP/1.1 puts on the wire for this
// message: the length of what http_head.h writes.
int64_t head_size(const Request& request, std::string_view host, int64_t body_size);
int64_t head_size(const Response& response, int64_t body_size);

}  // namespace pushpull
