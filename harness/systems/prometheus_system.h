// A real Prometheus by its binary.
#pragma once

#include "harness/systems/remote_read_api.h"
#include "harness/systems/system.h"

namespace pushpull {

class PrometheusSystem : public System {
 public:
  // Asks the binary for its version, which picks the profile it is compared with. `binary` is a
  // path, or a name: one of the servers that tools/servers unpacked ("prometheus-2.42",
  // "prometheus-3.5"; in $PUSHPULL_SERVERS), else a program in PATH. Plain "prometheus" is
  // prometheus-3.5.
  static Result<std::unique_ptr<System>> make(const std::string& binary);

  std::vector<std::string> argv(const ServerLaunch& launch) const override;
  std::string name() const override { return "prometheus " + profile_.version; }
  const ReleaseProfile* profile() const override { return &profile_; }
  const ReadApi* read_api() const override { return &remote_read_; }

 private:
  PrometheusSystem(std::string path, ReleaseProfile profile)
      : path_(std::move(path)), profile_(std::move(profile)) {}

  std::string path_;
  ReleaseProfile profile_;
  RemoteReadApi remote_read_;
};

// The version in the first line of `prometheus --version`: "prometheus, version 2.42.0+ds (branch:
// …". Error: none.
Result<std::string> prometheus_version(const std::string& output);

}  // namespace pushpull
