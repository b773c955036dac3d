// A scenario file: what exists, how it is shipped, what goes wrong. Plain data; load.h reads and
// checks it. Every value stands here explicitly once loaded, defaults included.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/time.h"
#include "harness/net/link_spec.h"
#include "harness/scenario/systems.h"
#include "harness/scenario/timeline.h"
#include "harness/scenario/variant.h"
#include "harness/workload/workload.h"
#include "harness/yaml/fields.h"

namespace pushpull {

enum class Engine { kVirtual, kLoopback };

// A share of all series is replaced by new ones, again and again.
struct ScenarioChurn {
  static constexpr double kLeastPercent = 0.0001;
  double percent = 0;  // of the series, each time; 0: none ever
  Duration every = Duration::minutes(10);
};

struct ScenarioWorkload {
  int64_t leaves = 1;
  int64_t targets = 10;     // per leaf
  int64_t series = 10'000;  // per leaf, >= targets
  Duration scrape_interval = Duration::seconds(15);
  Duration scrape_timeout = Duration::seconds(10);
  std::string labels = "kubernetes";
  ScenarioChurn churn;
};

// A fault starts and ends within measure; scraping stops at its end, then the drain runs.
struct Phases {
  Duration warmup = Duration::minutes(2);
  Duration measure = Duration::minutes(10);
  Duration drain = Duration::minutes(10);

  Duration total() const { return warmup + measure + drain; }
};

struct Scenario {
  static constexpr int64_t kVersion = 1;

  int64_t version = kVersion;
  std::string name;
  std::string description;
  Engine engine = Engine::kVirtual;
  int64_t seed = 42;
  ScenarioWorkload workload;
  std::vector<std::pair<std::string, LinkSpec>> links;
  std::string link;  // the one in use, a key of `links`
  Systems systems;
  std::string calibration;  // a name in scenarios/calibration, or a path
  std::vector<std::pair<std::string, Variant>> variants;
  std::string baseline;  // a key of `variants`
  Phases phases;
  std::vector<Fault> timeline;
  int64_t repetitions = 1;

  // Paths of Prometheus's keys that were given and change nothing that is shipped.
  std::vector<std::string> ignored_keys;

  // Requires: the scenario was loaded.
  const LinkSpec& link_spec() const;
  WorkloadSpec workload_spec() const;
  // About how many are scraped, warm-up included.
  int64_t expected_samples() const;
};

// The link that needs no definition: no delay, no limit.
inline constexpr std::string_view kLoopbackLink = "loopback";

void bind(yaml::Fields& fields, LinkSpec& link);
void bind(yaml::Fields& fields, ScenarioChurn& churn);
void bind(yaml::Fields& fields, ScenarioWorkload& workload);
void bind(yaml::Fields& fields, Systems& systems);
void bind(yaml::Fields& fields, Phases& phases);
void bind(yaml::Fields& fields, Scenario& scenario);

}  // namespace pushpull
