#include "harness/net_http/http_session.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "harness/base/spare_strings.h"
#include "harness/net/http_head.h"
#include "harness/net_http/http_stream.h"

namespace pushpull {

namespace {

// Headers that are the transport's, not the sender's; the last four are the library's additions.
constexpr std::array kFraming = {"Host",        "Content-Length", "Transfer-Encoding",
                                 "REMOTE_ADDR", "REMOTE_PORT",    "LOCAL_ADDR",
                                 "LOCAL_PORT"};

bool is_framing(const std::string& name) {
  return std::any_of(kFraming.begin(), kFraming.end(),
                     [&](const char* known) { return ::strcasecmp(known, name.c_str()) == 0; });
}

// The library's server without its sockets, accept loop and thread pool.
class Session : public httplib::Server {
 public:
  Session(Connection& connection, const Clock& clock, const HttpSessionOptions& options,
          const AnswerRequest& answer)
      : connection_(connection),
        clock_(clock),
        options_(options),
        answer_(answer),
        stream_(connection) {
    set_payload_max_length(static_cast<size_t>(options.max_body_bytes));
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      if (request.method == "POST" || request.method == "PUT") return HandlerResponse::Unhandled;
      respond(request, {}, response);
      return HandlerResponse::Handled;
    });
    const auto with_body = [this](const httplib::Request& request, httplib::Response& response,
                                  const httplib::ContentReader& read) {
      receive(request, read, response);
    };
    Post(".*", with_body);
    Put(".*", with_body);
  }

  void run() {
    for (;;) {
      extend_deadline();
      if (!connection_.wait_readable()) return;
      extend_deadline();
      outcome_ = Outcome::kRefused;
      bool close = false;
      const auto setup = [this](httplib::Request& request) { take_headers(request); };
      const bool processed = process_request(stream_, false, close, setup);
      spare_strings(SpareUse::kText).give_back(std::exchange(body_, std::string()));
      if (!processed) return;
      if (outcome_ == Outcome::kHangUp || !connection_.flush()) return;
      if (outcome_ == Outcome::kRefused || close) return;
    }
  }

 private:
  // What became of the request at hand. Refused: by the library (not HTTP/1.1) or by us (body).
  enum class Outcome { kRefused, kAnswered, kHangUp };

  void extend_deadline() { connection_.set_deadline(clock_.now() + options_.io_timeout); }

  // Takes away what the library would act on by itself: it decompresses bodies, compresses
  // responses, cuts ranges and parses forms. Bodies pass as they are; that is the logic's business.
  void take_headers(httplib::Request& request) {
    method_ = request.method;
    std::vector<Header> headers;
    for (const auto& [name, value] : request.headers) {
      if (!is_framing(name)) headers.push_back({name, value});
    }
    headers_ = Headers(std::move(headers));
    for (const char* name : {"Content-Encoding", "Content-Type", "Accept-Encoding"}) {
      request.headers.erase(name);
    }
    request.ranges.clear();
    // Without a length and not in chunks there is no body; the library would read on until the end.
    if (!request.has_header("Content-Length") && !request.has_header("Transfer-Encoding")) {
      request.set_header("Content-Length", "0");
    }
  }

  void receive(const httplib::Request& request, const httplib::ContentReader& read,
               httplib::Response& response) {
    // Grown from nothing it would be copied time and again.
    std::string body = spare_strings(SpareUse::kRequestBody).take();
    body.clear();
    bool too_large = false;
    const bool whole = read([&](const char* bytes, size_t size) {
      // The library holds its limit against Content-Length only, not against chunks.
      too_large = body.size() + size > static_cast<uint64_t>(options_.max_body_bytes);
      if (!too_large) body.append(bytes, size);
      return !too_large;
    });
    if (whole) {
      respond(request, std::move(body), response);
      return;
    }
    refuse(too_large || response.status == 413 ? 413 : 400, response);
  }

  void respond(const httplib::Request& from, std::string body, httplib::Response& to) {
    Request request;
    request.method = from.method;
    const size_t question = from.target.find('?');
    request.path = from.target.substr(0, question);
    if (question != std::string::npos) request.query = from.target.substr(question + 1);
    request.headers = std::move(headers_);
    request.body.bytes = std::move(body);
    const bool close = request.headers.get("Connection") == "close";
    std::optional<Response> response = answer_(std::move(request));
    outcome_ = response ? Outcome::kAnswered : Outcome::kHangUp;
    if (!response) return;
    if (close) response->headers.add("Connection", "close");
    write(std::move(*response), to);
  }

  // The rest of the body may still be on its way, so the connection closes after this.
  void refuse(int status, httplib::Response& to) {
    Response response;
    response.status = status;
    response.headers.add("Connection", "close");
    write(std::move(response), to);
  }

  void write(Response response, httplib::Response& to) {
    extend_deadline();
    to.status = response.status;
    if (!is_bodiless(response.status)) body_ = std::move(response.body.bytes);
    // With its head, from memory that is used again; the library would free it.
    stream_.replace_next_write(
        response_head(response, static_cast<int64_t>(body_.size()), clock_.now()),
        method_ == "HEAD" ? std::string_view() : body_);
  }

  Connection& connection_;
  const Clock& clock_;
  const HttpSessionOptions& options_;
  const AnswerRequest& answer_;
  HttpStream stream_;
  Headers headers_;  // of the request at hand
  std::string method_;
  std::string body_;  // of its response
  Outcome outcome_ = Outcome::kRefused;
};

}  // namespace

void serve_http(Connection& connection, const Clock& clock, const HttpSessionOptions& options,
                const AnswerRequest& answer) {
  Session(connection, clock, options, answer).run();
}

}  // namespace pushpull
