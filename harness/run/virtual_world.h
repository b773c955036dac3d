// One run in virtual time: leaves, targets, link and central on one VirtualLoop, with the same
// servers that loopback runs start as processes.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "harness/loop/virtual_loop.h"
#include "harness/measure/ledger_observer.h"
#include "harness/measure/pending_observer.h"
#include "harness/net_sim/sim_network.h"
#include "harness/roles/target_service.h"
#include "harness/run/cluster_config.h"
#include "harness/run/run_outcome.h"
#include "harness/run/virtual_faults.h"
#include "harness/run/virtual_server.h"
#include "harness/scenario/calibration.h"
#include "harness/scenario/scenario.h"

namespace pushpull {

// Bodies are really encoded in runs of up to this many samples; above, their size is modelled.
inline constexpr int64_t kExactBytesSamples = 3'000'000;

class VirtualWorld {
 public:
  // All borrowed. `variant` is one of the scenario's.
  VirtualWorld(const Scenario& scenario, const Variant& variant, const Workload& workload,
               const Calibration& calibration);
  ~VirtualWorld();
  VirtualWorld(const VirtualWorld&) = delete;
  VirtualWorld& operator=(const VirtualWorld&) = delete;

  // Called now and then with the virtual time gone since begin; false stops the run.
  using Progress = std::function<bool(Duration done, Duration total)>;
  // Once only.
  RunOutcome run(const Progress& progress);

  const VirtualLoop& loop() const { return loop_; }

 private:
  struct Leaf;

  void size_bodies();
  void build_leaf(uint32_t number);
  void build_central();
  void schedule_faults();
  void sample_gauges();
  ServerOptions server_options(const PrometheusConfig& config, const std::string& host) const;

  void collect(RunOutcome& outcome);
  void collect_wire();

  const Scenario& scenario_;
  const Variant& variant_;
  const Workload& workload_;
  const Calibration& calibration_;
  const ReleaseProfile profile_;
  ClusterAddresses addresses_;

  VirtualLoop loop_;
  const Instant begin_;
  const Window window_;
  std::unique_ptr<Instrument> instrument_;
  LedgerObserver ledger_;
  SliceSizing sizing_;
  WriteSizeModel write_size_;
  std::vector<std::string> warnings_;

  SimNetwork network_;
  SimLink link_;
  std::vector<std::unique_ptr<Leaf>> leaves_;
  std::unique_ptr<VirtualServer> central_;
  std::unique_ptr<VirtualFaults> faults_;
};

}  // namespace pushpull
