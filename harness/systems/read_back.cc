#include "harness/systems/read_back.h"

#include <algorithm>
#include <optional>

#include "harness/base/check.h"
#include "harness/wire/compression.h"

namespace pushpull {
namespace {

constexpr Duration kPatience = Duration::seconds(60);  // for one answer
constexpr size_t kMostBytes = size_t{1} << 30;         // of one answer, uncompressed
constexpr size_t kShownText = 300;                     // of what the server says went wrong

Request read_request(const wire::ReadQuery& query) {
  Request request;
  request.method = "POST";
  request.path = "/api/v1/read";
  request.headers = {{"Content-Encoding", "snappy"},
                     {"Content-Type", "application/x-protobuf"},
                     {"X-Prometheus-Remote-Read-Version", "0.1.0"}};
  request.body.bytes = wire::snappy_compress(wire::encode_read_request(query));
  return request;
}

Result<wire::WrittenRequest> read_response(const Exchange& exchange) {
  if (exchange.failed) return Error{exchange.error.message};
  const Response& response = exchange.response;
  if (response.status != 200) {
    return Error{"status " + std::to_string(response.status) + ": " +
                 response.body.bytes.substr(0, kShownText)};
  }
  Result<std::string> message = wire::snappy_uncompress(response.body.bytes, kMostBytes);
  if (!message) return message.error();
  return wire::decode_read_response(*message);
}

}  // namespace

std::vector<wire::ReadQuery> plan_read_back(const std::vector<ReadPart>& parts, int64_t first_ms,
                                            int64_t last_ms) {
  std::vector<wire::ReadQuery> queries;
  for (const ReadPart& part : parts) {
    CHECK(part.series > 0 && part.interval > Duration());
    const int64_t slice_ms =
        std::max<int64_t>(part.interval.ms() * kReadBackSamples / part.series, 1);
    for (int64_t first = first_ms; first <= last_ms; first += slice_ms)
      queries.push_back({first, std::min(first + slice_ms - 1, last_ms), part.matchers});
  }
  return queries;
}

ReadBack::ReadBack(Transport& transport, std::string endpoint, std::vector<wire::ReadQuery> queries,
                   OnSamples on_samples, Done done)
    : transport_(transport),
      endpoint_(std::move(endpoint)),
      queries_(std::move(queries)),
      on_samples_(std::move(on_samples)),
      done_(std::move(done)) {}

void ReadBack::next() {
  if (asked_ == queries_.size()) return done_({});
  transport_.send(endpoint_, read_request(queries_[asked_++]), kPatience, {}, Work::Kind::kNone,
                  [this](const Exchange& exchange) {
                    Status taken = take(exchange);
                    taken ? next() : done_(std::move(taken));
                  });
}

Status ReadBack::take(const Exchange& exchange) {
  const Result<wire::WrittenRequest> samples = read_response(exchange);
  if (!samples)
    return Error{"cannot read back what " + endpoint_ + " holds: " + samples.error().message};
  on_samples_(*samples);
  return {};
}

Status read_back_all(RealLoop& loop, Transport& transport, const std::string& endpoint,
                     std::vector<wire::ReadQuery> queries, ReadBack::OnSamples on_samples) {
  std::optional<Status> result;
  ReadBack reading(transport, endpoint, std::move(queries), std::move(on_samples),
                   [&](Status status) {
                     result = std::move(status);
                     loop.stop();
                   });
  reading.start();
  while (!result) loop.run();
  return *result;
}

}  // namespace pushpull
