#include "harness/net_http/http_server.h"

#include <poll.h>

#include <array>
#include <string>
#include <utility>

#include "harness/base/log.h"
#include "harness/net_http/reply.h"

namespace pushpull {

namespace {

// Turns the body into a payload where the service wants one.
Arrival decode(Request request, const Service& service) {
  Arrival arrival{std::move(request), std::nullopt};
  const Decoder decoder = service.decoder(arrival.request);
  if (!decoder) return arrival;
  Body& body = arrival.request.body;
  Result<PayloadPtr> payload =
      decoder(arrival.request.headers, std::exchange(body.bytes, std::string()));
  if (payload) {
    body.payload = std::move(*payload);
  } else {
    arrival.malformed = payload.error();
  }
  return arrival;
}

Response encode(Response response) {
  if (response.body.payload == nullptr) return response;
  Result<std::string> bytes = response.body.payload->encode();
  if (bytes) {
    response.body = Body{nullptr, std::move(*bytes)};
    return response;
  }
  Response failed;
  failed.status = 500;
  failed.body.bytes = bytes.error().message + "\n";
  return failed;
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(RealLoop& loop, Service& service,
                                                      std::string_view address,
                                                      HttpServerOptions options) {
  const Result<Endpoint> endpoint = parse_endpoint(address);
  if (!endpoint) return endpoint.error();
  Result<FileDescriptor> listener = listen_on(*endpoint);
  if (!listener) return listener.error();
  const Result<uint16_t> port = local_port(*listener);
  if (!port) return port.error();
  return std::unique_ptr<HttpServer>(
      new HttpServer(loop, service, std::move(*listener), *port, std::move(options)));
}

HttpServer::HttpServer(RealLoop& loop, Service& service, FileDescriptor listener, uint16_t port,
                       HttpServerOptions options)
    : loop_(loop),
      service_(service),
      options_(std::move(options)),
      listener_(std::move(listener)),
      port_(port),
      front_(std::make_shared<Front>(Front{&service})) {
  workers_.run([this] { accept_all(); });
}

HttpServer::~HttpServer() {
  front_->service = nullptr;
  stop_.raise();
}

void HttpServer::accept_all() {
  while (wait_for(listener_.get(), POLLIN, Instant::max(), loop_, stop_) == Wait::kReady) {
    std::optional<FileDescriptor> socket = accept_on(listener_);
    if (!socket) {
      // The peer is gone already, or this process is out of descriptors until a connection ends.
      wait_for(-1, 0, loop_.now() + Duration::milliseconds(1), loop_, stop_);
      continue;
    }
    ++connections_;
    workers_.run([this, accepted = std::move(*socket)]() mutable { serve(std::move(accepted)); });
  }
}

void HttpServer::serve(FileDescriptor socket) {
  Connection connection(std::move(socket), loop_, stop_);
  if (options_.tls && !secure(connection)) return;
  serve_http(connection, loop_, options_.session,
             [this](Request request) { return answer(std::move(request)); });
}

bool HttpServer::secure(Connection& connection) {
  connection.set_deadline(loop_.now() + options_.session.io_timeout);
  Result<std::shared_ptr<const TlsContext>> context = options_.tls();
  if (!context) {
    log_error("TLS: " + context.error().message);
    return false;
  }
  if (connection.secure_as_server(std::move(*context))) return true;
  // As Go's server says it.
  if (connection.met_plain_http() &&
      connection.write("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS "
                       "server.\n")) {
    connection.flush();
    // What has come of the request is read: left in the socket it would reset the connection, and
    // the answer with it.
    std::array<char, 4096> rest{};
    connection.set_deadline(loop_.now() + Duration::milliseconds(10));
    connection.read(rest.data(), rest.size());
  }
  return false;
}

std::optional<Response> HttpServer::answer(Request request) {
  if (options_.admit) {
    if (std::optional<Response> refused = options_.admit(request)) return refused;
  }
  auto arrival = std::make_unique<Arrival>(decode(std::move(request), service_));
  auto reply = std::make_shared<Reply>();
  loop_.post([front = front_, arrival = std::move(arrival), reply]() mutable {
    if (front->service == nullptr) return;
    front->service->handle(std::move(*arrival),
                           [reply](Response response) { reply->set(std::move(response)); });
  });
  std::optional<Response> response = reply->wait(stop_.token());
  if (!response) return std::nullopt;
  return encode(std::move(*response));
}

}  // namespace pushpull
