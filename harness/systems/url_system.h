// A receiver that is there already, whatever it is: Mimir, an OpenTelemetry collector … Nothing is
// started, stopped or read back; what it has taken is what it has answered with a 2xx.
#pragma once

#include "harness/remote_write/url.h"
#include "harness/systems/system.h"

namespace pushpull {

class UrlSystem : public System {
 public:
  // Error: `url` is not http://host:port/path.
  static Result<std::unique_ptr<System>> make(const std::string& url);

  bool runs() const override { return false; }
  std::string endpoint(uint16_t /*port*/) const override { return where_.endpoint; }
  std::string write_path() const override;
  std::vector<std::string> argv(const ServerLaunch&) const override { return {}; }
  std::vector<ServerFile> files(const ServerLaunch&) const override { return {}; }
  std::string name() const override { return url_; }

 private:
  UrlSystem(std::string url, WriteUrl where) : url_(std::move(url)), where_(std::move(where)) {}

  std::string url_;
  WriteUrl where_;
};

}  // namespace pushpull
