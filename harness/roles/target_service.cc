#include "harness/roles/target_service.h"

#include "harness/measure/target_path.h"
#include "harness/net/exposition.h"

namespace pushpull {
namespace {

Response plain(int status, std::string text) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.body.bytes = std::move(text);
  return response;
}

}  // namespace

TargetService::TargetService(const Clock& clock, std::span<const Target> targets, Answered answered)
    : clock_(clock),
      targets_(targets),
      answered_(std::move(answered)),
      next_ordinal_(targets.size()) {}

void TargetService::handle(Arrival arrival, Respond respond) {
  const Instant now = clock_.now();
  if (arrival.request.method != "GET") return respond(plain(405, "only GET\n"));
  if (stopped_) return respond(plain(503, "scraping has ended\n"));
  const std::optional<uint32_t> id = target_of_path(arrival.request.path);
  const uint32_t first = targets_.empty() ? 0 : targets_.front().id();
  if (!id || *id < first || *id - first >= targets_.size()) {
    return respond(plain(404, "no such target; they are at /t/<id>/metrics\n"));
  }
  const uint64_t ordinal = next_ordinal_[*id - first]++;
  answered_(*id, ordinal, now);
  Response response;
  response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
  // Nothing counts the bytes between target and leaf: they are local.
  response.body.payload = std::make_shared<SyntheticExposition>(&targets_[*id - first], ordinal, 0);
  respond(std::move(response));
}

}  // namespace pushpull
