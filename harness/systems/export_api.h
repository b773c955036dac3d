// VictoriaMetrics' /api/v1/export: a line of JSON for each series, with values and milliseconds as
// they are stored. What was seen of 1.79.5, where it differs from Prometheus:
// - values are kept as decimals, which may change their last digits; +Inf, -Inf and NaN stand bare
//   in the JSON;
// - a stale marker is read as null or NaN. No other NaN is ever read: those are dropped as they
// come;
// - a sample that came twice is there twice, unless -dedup.minScrapeInterval says otherwise;
// - what came last may not be read until it is flushed.
#pragma once

#include "harness/systems/read_api.h"

namespace pushpull {

class ExportApi : public ReadApi {
 public:
  // The range goes out as seconds, which a server may round: it is a little wider than the query,
  // and samples() drops what is outside.
  Request request(const wire::ReadQuery& query) const override;
  Result<wire::WrittenRequest> samples(const wire::ReadQuery& query,
                                       const Response& response) const override;
  std::optional<Request> flush() const override;
  bool shows_duplicates() const override { return true; }
};

}  // namespace pushpull
