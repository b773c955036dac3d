// For tests: a transport and a server on one loop, over real sockets.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "harness/loop/real_loop.h"
#include "harness/net_http/http_server.h"
#include "harness/net_http/http_transport.h"

namespace pushpull {

// A payload of plain text that notes on which thread it was encoded.
class TextPayload : public Payload {
 public:
  explicit TextPayload(std::string text) : text_(std::move(text)) {}
  Result<std::string> encode() const override {
    encoded_on = std::this_thread::get_id();
    if (text_ == "unencodable") return Error{"no bytes for this"};
    return text_;
  }
  int64_t wire_size() const override { return static_cast<int64_t>(text_.size()); }
  int64_t samples() const override { return 1; }
  const std::string& text() const { return text_; }

  mutable std::thread::id encoded_on;  // read after the exchange

 private:
  std::string text_;
};

inline PayloadPtr payload(std::string text) {
  return std::make_shared<TextPayload>(std::move(text));
}
inline std::string text_of(const PayloadPtr& payload) {
  return dynamic_cast<const TextPayload&>(*payload).text();
}

inline Result<PayloadPtr> decode_text(const Headers&, std::string bytes) {
  if (bytes == "malformed") return Error{"no text"};
  return payload(std::move(bytes));
}

// Does what the test says.
class ScriptedService : public Service {
 public:
  Decoder decoder(const Request& request) const override {
    return request.path == "/decode" ? Decoder(decode_text) : Decoder();
  }
  Work receive_work(const Request&) const override { return {}; }
  void handle(Arrival arrival, Respond respond) override {
    handled_on = std::this_thread::get_id();
    script(std::move(arrival), std::move(respond));
  }

  std::function<void(Arrival, Respond)> script = echo;
  std::thread::id handled_on;

  static void echo(Arrival arrival, const Respond& respond) {
    Response response;
    response.headers = {{"Content-Type", "text/plain"}};
    response.body = std::move(arrival.request.body);
    respond(std::move(response));
  }
};

// The test's thread is the loop thread, inside run().
class LoopbackTest : public testing::Test {
 protected:
  LoopbackTest() { serve("127.0.0.1:0"); }

  void serve(const std::string& address) {
    Result<std::unique_ptr<HttpServer>> started = HttpServer::start(loop_, service_, address);
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
    endpoint_ = "127.0.0.1:" + std::to_string(server_->port());
  }

  static Request post(std::string path, Body body) {
    Request request;
    request.method = "POST";
    request.path = std::move(path);
    request.body = std::move(body);
    return request;
  }

  void send(Request request, Transport::Done done, Duration timeout = Duration::minutes(1),
            Decoder decoder = {}) {
    transport_->send(endpoint_, std::move(request), timeout, std::move(decoder), Work::Kind::kNone,
                     std::move(done));
  }
  // Sends and runs the loop until the answer is there.
  Exchange exchange(Request request, Duration timeout = Duration::minutes(1),
                    Decoder decoder = {}) {
    Exchange result;
    send(
        std::move(request),
        [&](Exchange got) {
          result = std::move(got);
          loop_.stop();
        },
        timeout, std::move(decoder));
    loop_.run();
    return result;
  }

  RealLoop loop_;
  ScriptedService service_;
  std::string endpoint_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<HttpTransport> transport_ = std::make_unique<HttpTransport>(loop_);
};

}  // namespace pushpull
