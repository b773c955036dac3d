#include "harness/net_http/tls_clients.h"

#include <utility>

namespace pushpull {

Result<std::shared_ptr<const TlsContext>> TlsClients::context(
    const std::shared_ptr<const TlsSettings>& settings) {
  Result<TlsMaterial> material = read_tls_material(*settings);
  if (!material) return material.error();
  const std::lock_guard lock(mutex_);
  Client& client = clients_[settings];
  if (client.context != nullptr && client.material == *material) return client.context;
  Result<std::shared_ptr<const TlsContext>> made = TlsContext::client(*settings, *material);
  if (!made) return made.error();
  client = {std::move(*material), *made};
  return made;
}

}  // namespace pushpull
