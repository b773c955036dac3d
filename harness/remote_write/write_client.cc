#include "harness/remote_write/write_client.h"

#include <utility>

#include "harness/http_client/credentials.h"
#include "harness/remote_write/backoff.h"

namespace pushpull {
namespace {

// In the order Go's client writes them; Host and Content-Length are the transport's.
Headers first_headers(const RemoteWriteConfig& config, const ReleaseProfile& profile) {
  const WriteMessage message = config.message();
  Headers headers(
      {{"User-Agent", "Prometheus/" + profile.version},
       {"Content-Encoding", "snappy"},
       {"Content-Type", content_type(message)},
       {"X-Prometheus-Remote-Write-Version", message == WriteMessage::kV1 ? "0.1.0" : "2.0.0"}});
  for (const auto& [name, value] : config.headers) {
    headers = with_header(headers, {canonical_header_name(name), value});
  }
  return headers;
}

}  // namespace

WriteClient::WriteClient(Transport& transport, LabelSource& labels, WriteSizeModel model,
                         const RemoteWriteConfig& config, const ReleaseProfile& profile)
    : transport_(transport),
      labels_(labels),
      model_(std::move(model)),
      message_(config.message()),
      url_(parse_write_url(config.url).value()),
      timeout_(config.remote_timeout),
      retry_on_http_429_(config.queue_config.retry_on_http_429),
      headers_(first_headers(config, profile)),
      sends_empty_bodies_(profile.sends_empty_bodies),
      authorization_(make_authorization(config.http_client)),
      retry_attempt_header_(profile.retry_attempt_header),
      retry_after_on_5xx_(profile.retry_after_on_5xx) {
  if (url_.tls) tls_ = std::make_shared<const TlsSettings>(config.http_client.tls_config.settings);
}

std::shared_ptr<const WritePayload> WriteClient::payload(Batch&& batch) const {
  std::vector<wire::WriteSlice> slices;
  slices.reserve(batch.size());
  for (Slice& slice : batch) {
    auto labels = labels_.labels(*slice.record->layout);
    slices.push_back({std::move(slice), std::move(labels)});
  }
  return std::make_shared<const WritePayload>(std::move(slices), model_, message_,
                                              !sends_empty_bodies_);
}

void WriteClient::send(std::shared_ptr<const WritePayload> payload, int attempt,
                       Transport::Done done) const {
  Request request;
  request.method = "POST";
  request.path = url_.path;
  request.query = url_.query;
  request.headers = attempt > 0 && retry_attempt_header_ ? retry_headers(attempt) : headers_;
  request.encode_work = {Work::Kind::kWriteEncode, payload->samples()};
  request.body.payload = std::move(payload);
  request.authorization = authorization_;
  request.tls = tls_;
  transport_.send(url_.endpoint, std::move(request), timeout_, Decoder(), Work::Kind::kNone,
                  std::move(done));
}

// A header of that name in the configuration wins.
Headers WriteClient::retry_headers(int attempt) const {
  if (headers_.has("Retry-Attempt")) return headers_;
  return with_header(headers_, {"Retry-Attempt", std::to_string(attempt)});
}

WriteClient::Verdict WriteClient::judge(const Exchange& exchange, int64_t samples,
                                        Instant now) const {
  Verdict verdict{classify(exchange, retry_on_http_429_), std::nullopt, {}};
  if (message_ == WriteMessage::kV2 && !exchange.failed) {
    verdict.written = read_written(exchange.response.headers).value_or(WrittenCounts());
    const WrittenCounts& written = verdict.written;
    const bool nothing = written.samples + written.histograms + written.exemplars == 0;
    if (verdict.outcome == SendOutcome::kDelivered && samples > 0 && nothing) {
      verdict.outcome = SendOutcome::kRejected;
    }
  }
  if (verdict.outcome != SendOutcome::kRetry || exchange.failed) return verdict;
  const Response& response = exchange.response;
  if (response.status == 429 || retry_after_on_5xx_) {
    verdict.retry_after = parse_retry_after(response.headers.get("Retry-After"), now);
  }
  return verdict;
}

}  // namespace pushpull
