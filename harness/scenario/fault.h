// One thing that goes wrong during a run: when, for how long, and with which parameters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/time.h"
#include "harness/yaml/fields.h"

namespace pushpull {

enum class FaultKind {
  // On the link:
  kLinkDown,    // open connections are reset, new ones refused
  kBlackhole,   // what is sent vanishes; what hung on it is reset at the end
  kReset,       // open connections are reset, once; new ones are welcome
  kLatency,     // further delay, constant and random
  kBandwidth,   // a lower limit
  kPacketLoss,  // a further share of segments is lost
  kHttpStatus,  // the link answers a share of requests itself
  // At the roles:
  kCentralDown,     // the central's process ends, and starts again on its own data
  kCentralRestart,  // the same; starts again at once unless `for` says otherwise
  kLeafRestart,     // every leaf's process ends after its flush, and starts again on its own data
  kSlowReceiver,    // the central takes longer over whatever it receives
  kTargetDown,      // a share of the targets answers 503
  kPause,           // a role's processes stand still, as under SIGSTOP
};
std::string_view fault_name(FaultKind kind);  // as scenarios and results call it

// The way samples go over the link, whoever opened the connection: push requests and pull
// responses go to the central.
enum class Heading { kBoth, kToCentral, kToLeaf };

enum class ServerRole { kLeaf, kCentral };

struct Fault {
  std::string name;  // unique in the timeline
  Duration at;       // from the start of the measure phase
  Duration duration;
  FaultKind kind = FaultKind::kLinkDown;

  // Each belongs to the kinds named beside it and is neutral for all others.
  Duration add;                         // latency: to the delay each way
  Duration jitter;                      // latency: up to this much more, by chance
  int64_t limit = 0;                    // bandwidth: bit/s
  Heading heading = Heading::kBoth;     // latency, bandwidth, packet_loss
  double share = 1;                     // packet_loss: of segments; http_status: of requests;
                                        // target_down: of each leaf's targets
  int64_t status = 0;                   // http_status
  Duration retry_after;                 // http_status: whole seconds; 0: no such header
  Duration per_request;                 // slow_receiver
  Duration per_sample;                  // slow_receiver
  ServerRole role = ServerRole::kLeaf;  // pause

  Duration end() const { return at + duration; }
};

void bind(yaml::Fields& fields, Fault& fault);

}  // namespace pushpull
