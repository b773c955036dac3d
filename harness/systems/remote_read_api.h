// Prometheus's remote_read. It and not the query API, because it gives raw samples, their bits and
// milliseconds as they are stored, and stale markers, which no query shows (tried with 2.42 and
// 3.5). Only the sign of zero is left out.
#pragma once

#include "harness/systems/read_api.h"

namespace pushpull {

class RemoteReadApi : public ReadApi {
 public:
  Request request(const wire::ReadQuery& query) const override;
  Result<wire::WrittenRequest> samples(const wire::ReadQuery& query,
                                       const Response& response) const override;
};

}  // namespace pushpull
