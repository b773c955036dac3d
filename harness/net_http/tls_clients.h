// The TLS contexts of a transport's clients, made anew when their files have changed.
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "harness/net_http/tls_context.h"

namespace pushpull {

// Thread-safe.
class TlsClients {
 public:
  // Reads the files, as Prometheus does for each request; the same context as before where they
  // hold what they held. Settings are told apart by their address, and kept.
  Result<std::shared_ptr<const TlsContext>> context(
      const std::shared_ptr<const TlsSettings>& settings);

 private:
  struct Client {
    TlsMaterial material;
    std::shared_ptr<const TlsContext> context;
  };

  std::mutex mutex_;
  std::map<std::shared_ptr<const TlsSettings>, Client> clients_;  // under mutex_
};

}  // namespace pushpull
