// The server's own /metrics, under the names real servers use, so that the community's dashboards
// and alerts read it.
#pragma once

#include <string>

namespace pushpull {

class Server;

// Text exposition 0.0.4. Loop thread only.
std::string self_metrics(const Server& server);

}  // namespace pushpull
