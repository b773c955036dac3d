#include "harness/scenario/fault.h"

#include <algorithm>
#include <array>

#include "harness/base/check.h"
#include "harness/net/link_spec.h"
#include "harness/scenario/name.h"

namespace pushpull {
namespace {

struct Kind {
  std::string_view name;
  FaultKind kind;
  std::array<std::string_view, 4> keys = {};  // that it has beside name, at and fault
};

constexpr std::array<Kind, 13> kKinds = {
    {{"link_down", FaultKind::kLinkDown, {"for"}},
     {"blackhole", FaultKind::kBlackhole, {"for"}},
     {"reset", FaultKind::kReset, {}},
     {"latency", FaultKind::kLatency, {"for", "add", "jitter", "direction"}},
     {"bandwidth", FaultKind::kBandwidth, {"for", "limit", "direction"}},
     {"packet_loss", FaultKind::kPacketLoss, {"for", "share", "direction"}},
     {"http_status", FaultKind::kHttpStatus, {"for", "status", "share", "retry_after"}},
     {"central_down", FaultKind::kCentralDown, {"for"}},
     {"central_restart", FaultKind::kCentralRestart, {"for"}},
     {"leaf_restart", FaultKind::kLeafRestart, {"for"}},
     {"slow_receiver", FaultKind::kSlowReceiver, {"for", "per_request", "per_sample"}},
     {"target_down", FaultKind::kTargetDown, {"for", "share"}},
     {"pause", FaultKind::kPause, {"for", "role"}}}};

constexpr const char* kOtherFaults =
    "faults of disks and clocks (disk_full, clock_step) are refused: a run neither owns the disk "
    "and the clock of a real server, nor do mocks model theirs";

bool has_key(const Kind& kind, std::string_view key) {
  return std::ranges::find(kind.keys, key) != kind.keys.end();
}

std::string kinds_with(std::string_view key) {
  std::string names;
  for (const Kind& kind : kKinds) {
    if (has_key(kind, key)) names += (names.empty() ? "" : ", ") + std::string(kind.name);
  }
  return names;
}

// Null where the document names none that exists.
const Kind* bind_kind(yaml::Fields& f, Fault& fault) {
  std::string name(fault_name(fault.kind));
  if (f.parsing()) name.clear();
  yaml::FieldInfo info{.doc = "what goes wrong", .required = true, .otherwise = kOtherFaults};
  for (const Kind& kind : kKinds) info.choices.push_back(kind.name);
  f.string("fault", name, info);
  const auto found = std::ranges::find(kKinds, name, &Kind::name);
  if (found == kKinds.end()) return nullptr;
  fault.kind = found->kind;
  return &*found;
}

// A fault that lasts no time at all changes nothing, but for a restart.
bool may_be_instant(FaultKind kind) {
  return kind == FaultKind::kCentralRestart || kind == FaultKind::kLeafRestart;
}

// Binds the keys that `kind` has, and explains the others.
class Parameters {
 public:
  Parameters(yaml::Fields& fields, const Kind& kind) : f_(fields), kind_(kind) {}

  template <class Bind>
  void operator()(std::string_view key, const Bind& bind) {
    if (has_key(kind_, key)) return bind();
    if (!f_.has(key)) return;
    f_.unsupported(key, "a " + std::string(kind_.name) +
                            " has no such key; those that have: " + kinds_with(key));
  }

 private:
  yaml::Fields& f_;
  const Kind& kind_;
};

void bind_share(yaml::Fields& f, Fault& fault) {
  const bool loss = fault.kind == FaultKind::kPacketLoss;
  f.percent("share", fault.share,
            {.doc = "of segments, requests or targets that suffer", .required = loss});
  if (!f.has("share")) return;
  if (fault.share <= 0) f.error("share", "of nothing changes nothing");
  if (loss && fault.share > LinkSpec::kMostLoss) {
    f.error("share", "more than 50%: no TCP gets on with it; use 'fault: blackhole'");
  }
}

void bind_parameters(yaml::Fields& f, Fault& fault, const Kind& kind) {
  Parameters parameter(f, kind);
  const int64_t shortest = may_be_instant(fault.kind) ? 0 : 1;
  parameter("for", [&] {
    f.duration("for", fault.duration,
               {.doc = "how long", .min = shortest, .required = shortest > 0});
  });
  parameter("add", [&] {
    f.duration("add", fault.add, {.doc = "delay to add, each way", .min = 0, .required = true});
  });
  parameter("jitter", [&] {
    f.duration("jitter", fault.jitter, {.doc = "up to this much more, by chance", .min = 0});
  });
  parameter("limit", [&] {
    f.bandwidth("limit", fault.limit, {.doc = "at most", .min = 1, .required = true});
  });
  parameter("direction", [&] {
    f.choice("direction", fault.heading,
             {{"both", Heading::kBoth},
              {"to_central", Heading::kToCentral},
              {"to_leaf", Heading::kToLeaf}},
             {.doc = "which way over the link"});
  });
  parameter("share", [&] { bind_share(f, fault); });
  parameter("status", [&] {
    f.integer("status", fault.status,
              {.doc = "the answer", .min = 400, .max = 599, .required = true});
  });
  parameter("retry_after", [&] {
    f.duration("retry_after", fault.retry_after, {.doc = "Retry-After header", .min = 0});
    if (fault.retry_after % Duration::seconds(1) != Duration()) {
      f.error("retry_after", "the header has whole seconds");
    }
  });
  parameter("per_request", [&] {
    f.duration("per_request", fault.per_request, {.doc = "longer over each", .min = 0});
  });
  parameter("per_sample", [&] {
    f.duration("per_sample", fault.per_sample, {.doc = "longer over each", .min = 0});
    if (f.parsing() && fault.per_request + fault.per_sample == Duration()) {
      f.error("", "slow by how much? give per_request, per_sample or both");
    }
  });
  parameter("role", [&] {
    f.choice("role", fault.role, {{"leaf", ServerRole::kLeaf}, {"central", ServerRole::kCentral}},
             {.doc = "who stands still", .required = true});
  });
}

}  // namespace

std::string_view fault_name(FaultKind kind) {
  const auto found = std::ranges::find(kKinds, kind, &Kind::kind);
  CHECK(found != kKinds.end());
  return found->name;
}

void bind(yaml::Fields& f, Fault& fault) {
  f.string("name", fault.name, {.doc = "how the report calls it", .required = true});
  f.duration("at", fault.at, {.doc = "from the start of the measure phase", .required = true});
  if (const Kind* kind = bind_kind(f, fault)) {
    bind_parameters(f, fault, *kind);
  } else {
    // Whose keys they are is anyone's guess.
    for (const Kind& any : kKinds) {
      for (const std::string_view key : any.keys) {
        if (!key.empty()) f.elsewhere(key);
      }
    }
  }
  if (f.has("name")) check_name(f, "name", fault.name);
}

}  // namespace pushpull
