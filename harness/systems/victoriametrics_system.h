// A real VictoriaMetrics, single node, as a central: it takes remote write, and under pull it
// fetches leaves itself (-promscrape.config).
#pragma once

#include "harness/systems/export_api.h"
#include "harness/systems/system.h"

namespace pushpull {

// The relative error of values that VictoriaMetrics stores: mantissas of a decimal are looked for
// until they are this near (lib/decimal, 1.79.5). Values of our workload came back within 2e-15.
inline constexpr double kDecimalError = 1e-12;

class VictoriaMetricsSystem : public System {
 public:
  // `binary`: path, or the name of what tools/servers has unpacked, else of a program in PATH.
  static Result<std::unique_ptr<System>> make(const std::string& binary);

  std::vector<std::string> argv(const ServerLaunch& launch) const override;
  // Only where it has something to scrape. Without external labels: it would store them, which a
  // Prometheus does not.
  std::vector<ServerFile> files(const ServerLaunch& launch) const override;
  std::string name() const override { return "victoriametrics " + version_; }
  const ReadApi* read_api() const override { return &export_; }
  double value_error() const override { return kDecimalError; }

 private:
  VictoriaMetricsSystem(std::string path, std::string version)
      : path_(std::move(path)), version_(std::move(version)) {}

  std::string path_;
  std::string version_;
  ExportApi export_;
};

// "1.79.5", from the folder that tools/servers has unpacked or from what the binary says of itself
// ("victoria-metrics-20220811-141013-tags-v1.79.5-…", which Debian's leaves empty), or "of unknown
// version". Error: `path` cannot be run.
Result<std::string> victoriametrics_version(const std::string& path);

}  // namespace pushpull
