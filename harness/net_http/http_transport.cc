#include "harness/net_http/http_transport.h"

#include <utility>

#include "harness/net_http/http_exchange.h"

namespace pushpull {

namespace {

void fail(Exchange& exchange, SendError::Kind kind, std::string message) {
  exchange.failed = true;
  exchange.error = {kind, std::move(message)};
}

void decode_response(const Decoder& decoder, Exchange& exchange) {
  Response& response = exchange.response;
  if (exchange.failed || !decoder || response.status / 100 != 2) return;
  Result<PayloadPtr> payload =
      decoder(response.headers, std::exchange(response.body.bytes, std::string()));
  if (payload) {
    response.body.payload = std::move(*payload);
  } else {
    fail(exchange, SendError::Kind::kMalformed, payload.error().message);
  }
}

}  // namespace

struct HttpTransport::Job {
  std::string endpoint;
  Request request;
  Instant deadline;
  Decoder decoder;
  Done done;
  Exchange exchange;
};

HttpTransport::HttpTransport(RealLoop& loop, HttpTransportOptions options)
    : loop_(loop), options_(options), open_(std::make_shared<bool>(true)), pool_(loop, stop_) {}

HttpTransport::~HttpTransport() {
  *open_ = false;
  stop_.raise();
}

void HttpTransport::send(const std::string& endpoint, Request request, Duration timeout,
                         Decoder decode, Work::Kind, Done done) {
  auto job = std::make_unique<Job>();
  job->endpoint = endpoint;
  job->request = std::move(request);
  job->deadline = loop_.now() + timeout;
  job->decoder = std::move(decode);
  job->done = std::move(done);
  workers_.run([this, job = std::move(job)]() mutable {
    perform(*job);
    // Also when cancelled: what `done` holds is released on the loop thread, never here.
    loop_.post([open = open_, job = std::move(job)] {
      if (*open) job->done(std::move(job->exchange));
    });
  });
}

bool HttpTransport::authorize(Job& job) {
  if (job.request.authorization == nullptr) return true;
  const Result<Secret> value = job.request.authorization->authorization();
  if (!value) {
    fail(job.exchange, SendError::Kind::kConnect, value.error().message);
    return false;
  }
  if (!value->empty()) {
    job.request.headers = with_header(job.request.headers, {"Authorization", value->reveal()});
  }
  return true;
}

void HttpTransport::perform(Job& job) {
  std::string body = std::move(job.request.body.bytes);
  if (job.request.body.payload != nullptr) {
    Result<std::string> encoded = job.request.body.payload->encode();
    if (!encoded) {
      fail(job.exchange, SendError::Kind::kMalformed,
           "cannot encode the request: " + encoded.error().message);
      return;
    }
    body = std::move(*encoded);
  }
  if (!authorize(job)) return;
  SendError error;
  std::unique_ptr<Connection> connection =
      pool_.take(job.endpoint, job.request.tls, job.deadline, error);
  if (connection == nullptr) {
    fail(job.exchange, error.kind, std::move(error.message));
    return;
  }
  connection->set_deadline(job.deadline);
  if (exchange_http(*connection, job.endpoint, job.request, body, options_.max_response_bytes,
                    job.exchange)) {
    pool_.give_back(job.endpoint, std::move(connection));
  }
  decode_response(job.decoder, job.exchange);
  if (!job.exchange.failed && loop_.now() > job.deadline) {
    fail(job.exchange, SendError::Kind::kTimeout,
         job.endpoint + ": deadline exceeded while decoding");
  }
}

}  // namespace pushpull
