// A real vmagent as a leaf: scrapes, and writes to the central from a queue on disk. It stores
// nothing, so nobody can fetch from it.
#pragma once

#include "harness/systems/system.h"

namespace pushpull {

// The relative error of values that vmagent has read in scientific notation: 1.1950379e+07 becomes
// 11950378.999999998 (1.79.5 multiplies by a power of ten, which rounds once more).
inline constexpr double kParserError = 1e-15;

class VmagentSystem : public System {
 public:
  // `binary`: path, or the name of what tools/servers has unpacked, else of a program in PATH.
  static Result<std::unique_ptr<System>> make(const std::string& binary);

  // Requires: launch.config has one destination. Of its remote_write block: remote_timeout is
  // -remoteWrite.sendTimeout, max_samples_per_send is -remoteWrite.maxRowsPerBlock,
  // batch_send_deadline is -remoteWrite.flushInterval, max_shards is -remoteWrite.queues,
  // write_relabel_configs is -remoteWrite.urlRelabelConfig. scenario/systems.cc refuses the others.
  std::vector<std::string> argv(const ServerLaunch& launch) const override;
  std::vector<ServerFile> files(const ServerLaunch& launch) const override;
  std::string name() const override { return "vmagent " + version_; }
  double value_error() const override { return kParserError; }
  // It counts blocks and bytes.
  bool tells_queues() const override { return false; }

 private:
  VmagentSystem(std::string path, std::string version, bool has_own_protocol)
      : path_(std::move(path)), version_(std::move(version)), has_own_protocol_(has_own_protocol) {}

  std::string path_;
  std::string version_;
  bool has_own_protocol_;  // since 1.88 it asks for it, unless told not to
};

}  // namespace pushpull
