#include "harness/prometheus/self_metrics.h"

#include "harness/prometheus/remote_metrics.h"
#include "harness/prometheus/server.h"

namespace pushpull {

std::string self_metrics(const Server& server) {
  MetricsPage page;
  const ServerStats& stats = server.stats();
  const auto refused = [&](Fate fate) { return stats.fates[static_cast<size_t>(fate)]; };
  page.gauge("prometheus_build_info", "A pushpull mock of this release.",
             {{"version", server.profile().version}}, 1);
  for (const auto& [request, count] : stats.http_requests) {
    page.counter("prometheus_http_requests_total", "Requests answered.",
                 {{"code", std::to_string(request.second)}, {"handler", request.first}}, count);
  }
  page.counter("prometheus_tsdb_head_samples_appended_total", "Samples stored.",
               {{"type", "float"}}, stats.head_samples_appended);
  page.counter("prometheus_target_scrapes_sample_out_of_order_total",
               "Samples refused as out of order.", {}, refused(Fate::kOutOfOrder));
  page.counter("prometheus_target_scrapes_sample_duplicate_timestamp_total",
               "Samples refused: the timestamp has another value already.", {},
               refused(Fate::kDuplicateTimestamp));
  page.counter("prometheus_target_scrapes_sample_out_of_bounds_total",
               "Samples refused as too old or too far ahead.", {}, refused(Fate::kOutOfBounds));
  add_remote_metrics(page, server);
  return page.text();
}

}  // namespace pushpull
