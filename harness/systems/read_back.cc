#include "harness/systems/read_back.h"

#include <algorithm>
#include <optional>

#include "harness/base/check.h"

namespace pushpull {
namespace {

constexpr Duration kPatience = Duration::seconds(60);  // for one answer
constexpr size_t kShownText = 300;                     // of what the server says went wrong

// What is wrong with an answer; success where its status is 200.
Status judge(const Exchange& exchange) {
  if (exchange.failed) return Error{exchange.error.message};
  const Response& response = exchange.response;
  if (response.status == 200) return {};
  return Error{"status " + std::to_string(response.status) + ": " +
               response.body.bytes.substr(0, kShownText)};
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

ReadBack::ReadBack(const ReadApi& api, Transport& transport, std::string endpoint,
                   std::vector<wire::ReadQuery> queries, OnSamples on_samples, Done done)
    : api_(api),
      transport_(transport),
      endpoint_(std::move(endpoint)),
      queries_(std::move(queries)),
      on_samples_(std::move(on_samples)),
      done_(std::move(done)) {}

void ReadBack::start() {
  std::optional<Request> flush = api_.flush();
  if (!flush) return next();
  ask(std::move(*flush), [](const Response&) { return Status(); });
}

void ReadBack::next() {
  if (asked_ == queries_.size()) return done_({});
  const wire::ReadQuery& query = queries_[asked_++];
  ask(api_.request(query), [this, &query](const Response& response) -> Status {
    const Result<wire::WrittenRequest> samples = api_.samples(query, response);
    if (!samples) return samples.error();
    on_samples_(*samples);
    return {};
  });
}

void ReadBack::ask(Request request, std::function<Status(const Response&)> take) {
  transport_.send(
      endpoint_, std::move(request), kPatience, {}, Work::Kind::kNone,
      [this, take = std::move(take)](const Exchange& exchange) {
        Status taken = judge(exchange);
        if (taken) taken = take(exchange.response);
        if (taken) return next();
        done_(Error{"cannot read back what " + endpoint_ + " holds: " + taken.error().message});
      });
}

Status read_back_all(RealLoop& loop, const ReadApi& api, Transport& transport,
                     const std::string& endpoint, std::vector<wire::ReadQuery> queries,
                     ReadBack::OnSamples on_samples) {
  std::optional<Status> result;
  ReadBack reading(api, transport, endpoint, std::move(queries), std::move(on_samples),
                   [&](Status status) {
                     result = std::move(status);
                     loop.stop();
                   });
  reading.start();
  while (!result) loop.run();
  return *result;
}

}  // namespace pushpull
