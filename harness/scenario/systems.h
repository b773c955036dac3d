// Who plays leaf and central, and what goes together: what each system can be asked to do.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/head/wal.h"
#include "harness/scenario/fault.h"
#include "harness/scenario/variant.h"
#include "harness/yaml/fields.h"

namespace pushpull {

enum class SystemKind {
  kMock,
  kPrometheus,
  kVictoriaMetrics,  // central
  kVmagent,          // leaf
  kUrl,              // central: somebody else's, neither started nor stopped
};
std::string_view system_name(SystemKind kind);  // "a real …"

// A receiver that is there already: Mimir, an OpenTelemetry collector …
struct ForeignReceiver {
  std::string url;
};

struct Systems {
  SystemKind leaf = SystemKind::kMock;
  SystemKind central = SystemKind::kMock;
  ForeignReceiver receiver;  // where central is kUrl
  // The release that mocks follow and defaults come from: release_profile() knows it.
  std::string behaves_like = std::string(kDefaultRelease);
  // Path or name of the real one, where one runs.
  std::string prometheus_binary = "prometheus";
  std::string victoriametrics_binary = "victoria-metrics";
  std::string vmagent_binary = "vmagent";
  Duration wal_retention = kWalRetention;  // of mock leaves: what is not sent is kept so long

  bool has(SystemKind kind) const { return leaf == kind || central == kind; }
};

void bind(yaml::Fields& fields, ForeignReceiver& receiver);
void bind(yaml::Fields& fields, Systems& systems);

// The prototype of a variant: Prometheus's defaults, or those of what plays the leaf. All of them
// are passed to it explicitly.
Variant variant_defaults(const Systems& systems, Duration scrape_interval);

// Reports variants and faults that these systems cannot play, at their places in a scenario.
void check_systems(yaml::Fields& fields, const Systems& systems,
                   const std::vector<std::pair<std::string, Variant>>& variants,
                   const std::vector<Fault>& timeline);

}  // namespace pushpull
