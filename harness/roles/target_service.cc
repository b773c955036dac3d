#include "harness/roles/target_service.h"

#include <cmath>

#include "harness/measure/target_path.h"
#include "harness/net/exposition.h"

namespace pushpull {

TargetService::TargetService(const Clock& clock, std::span<const Target> targets, Answered answered)
    : clock_(clock),
      targets_(targets),
      answered_(std::move(answered)),
      next_ordinal_(targets.size()) {}

void TargetService::set_down(double share) {
  const double targets = share * static_cast<double>(targets_.size());
  // A hair less, so that 10% of 30 is 3 in floating point too.
  down_ = share > 0 ? static_cast<size_t>(std::ceil(targets - 1e-6)) : 0;
}

void TargetService::handle(Arrival arrival, Respond respond) {
  const Instant now = clock_.now();
  if (arrival.request.method != "GET") return respond(error_response(405, "only GET"));
  if (stopped_) return respond(error_response(503, "scraping has ended"));
  const std::optional<uint32_t> id = target_of_path(arrival.request.path);
  const uint32_t first = targets_.empty() ? 0 : targets_.front().id();
  if (!id || *id < first || *id - first >= targets_.size()) {
    return respond(error_response(404, "no such target; they are at /t/<id>/metrics"));
  }
  if (*id - first < down_) return respond(error_response(503, "the target is down"));
  const uint64_t ordinal = next_ordinal_[*id - first]++;
  answered_(*id, ordinal, now);
  Response response;
  static const Headers kText = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
  response.headers = kText;
  // Nothing counts the bytes between target and leaf: they are local.
  response.body.payload = std::make_shared<SyntheticExposition>(&targets_[*id - first], ordinal, 0);
  respond(std::move(response));
}

}  // namespace pushpull
