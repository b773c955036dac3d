// The Authorization header that a client's configuration asks for.
#pragma once

#include <memory>

#include "harness/http_client/config.h"
#include "harness/net/client_settings.h"

namespace pushpull {

// Null where the configuration asks for none. What the source reads, it reads anew for each
// request; errors are in the words of Prometheus 3.x.
std::shared_ptr<const AuthorizationSource> make_authorization(const HttpClientConfig& config);

}  // namespace pushpull
