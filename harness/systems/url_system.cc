#include "harness/systems/url_system.h"

namespace pushpull {

Result<std::unique_ptr<System>> UrlSystem::make(const std::string& url) {
  Result<WriteUrl> where = parse_write_url(url);
  if (!where) return Error{"systems.central.url: " + where.error().message};
  return std::unique_ptr<System>(new UrlSystem(url, std::move(*where)));
}

std::string UrlSystem::write_path() const {
  return where_.path + (where_.query.empty() ? "" : "?" + where_.query);
}

}  // namespace pushpull
