// What a server's /metrics says about remote write: its senders, the readers of its WAL, and its
// receiver, under the names and labels of the release it follows.
#pragma once

#include "harness/prometheus/metrics_page.h"

namespace pushpull {

class Server;

void add_remote_metrics(MetricsPage& page, const Server& server);

}  // namespace pushpull
