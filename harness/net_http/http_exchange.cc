#include "harness/net_http/http_exchange.h"

#include <algorithm>
#include <string>
#include <utility>

#include "harness/base/spare_strings.h"
#include "harness/net/http_head.h"
#include "harness/net_http/http_stream.h"

namespace pushpull {

namespace {

// The library's client without its sockets.
class Protocol : public httplib::ClientImpl {
 public:
  explicit Protocol(Connection& connection) : ClientImpl("unused"), stream_(connection) {
    // Else the library undoes Content-Encoding by itself, gzip in the transport's time.
    set_decompress(false);
  }

  // False where no whole response came.
  bool exchange(const std::string& method, std::string head, std::string_view body,
                int64_t max_body_bytes) {
    httplib::Request request;
    request.method = method;
    request.content_length_ = body.size();
    request.content_provider_ = [body](size_t offset, size_t length, httplib::DataSink& sink) {
      return sink.write(body.data() + offset, length);
    };
    request.content_receiver = [&](const char* bytes, size_t size, uint64_t, uint64_t total) {
      const auto limit = static_cast<uint64_t>(max_body_bytes);
      if (total > limit || body_.size() + size > limit) return false;
      if (body_.empty()) {
        body_ = spare_strings(SpareUse::kText).take();
        body_.clear();
        body_.reserve(std::max<uint64_t>(total, size));
      }
      body_.append(bytes, size);
      return true;
    };
    httplib::Error error = httplib::Error::Success;
    stream_.replace_next_write(std::move(head));
    return process_request(stream_, request, received_, false, error);
  }

  Response take_response() {
    Response response;
    response.status = received_.status;
    std::vector<Header> headers;
    for (const auto& [name, value] : received_.headers) headers.push_back({name, value});
    response.headers = Headers(std::move(headers));
    response.body.bytes = std::move(body_);
    return response;
  }

  bool keeps_alive() const {
    return received_.version == "HTTP/1.1" && received_.get_header_value("Connection") != "close";
  }

 private:
  HttpStream stream_;
  httplib::Response received_;
  std::string body_;
};

SendError error_of(Connection::Failure failure, std::string_view host) {
  const std::string at(host);
  switch (failure) {
    case Connection::Failure::kTimeout:
      return {SendError::Kind::kTimeout, at + ": deadline exceeded"};
    case Connection::Failure::kClosed:
      return {SendError::Kind::kClosed, at + ": connection closed before the response ended"};
    case Connection::Failure::kStopped:
      return {SendError::Kind::kCancelled, at + ": cancelled"};
    case Connection::Failure::kNone:
      break;
  }
  return {SendError::Kind::kMalformed, at + ": the response is not HTTP/1.1 or is too large"};
}

}  // namespace

bool exchange_http(Connection& connection, std::string_view host, const Request& request,
                   std::string_view body, int64_t max_body_bytes, Exchange& exchange) {
  const int64_t written_before = connection.bytes_written();
  const int64_t read_before = connection.bytes_read();
  std::string head = request_head(request, host, static_cast<int64_t>(body.size()));
  Protocol protocol(connection);
  exchange.failed = !protocol.exchange(request.method, std::move(head), body, max_body_bytes);
  exchange.bytes_sent = connection.bytes_written() - written_before;
  exchange.bytes_received = connection.bytes_read() - read_before;
  if (exchange.failed) {
    exchange.error = error_of(connection.failure(), host);
    return false;
  }
  exchange.response = protocol.take_response();
  return protocol.keeps_alive();
}

}  // namespace pushpull
