// What a server tells the instrument. Virtual worlds feed the ledger from it directly; loopback
// roles journal it. Called on the loop thread, in the order things happened.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "harness/base/time.h"
#include "harness/workload/record.h"

namespace pushpull {

// Why a scraped sample is not at the central. Names are stable: they stand in result.json.
enum class LossCause : uint8_t {
  kRelabelled,      // push: write_relabel_configs drop its series
  kRejected,        // push: 4xx (or 429 without retry): the batch was dropped
  kHardShutdown,    // push: flush deadline passed
  kReshardFlush,    // push: the same, of shards that were stopped for a new number of them
  kTooOld,          // push: older than sample_age_limit when it was queued or sent
  kWalTruncated,    // push: retention deleted it from the WAL before it was read
  kTailError,       // push: still in the WAL when a reader that missed a deleted part began anew
  kBeforeStart,     // push: its own timestamp is not newer than the start of the queue
  kRestart,         // push: not yet sent when the process ended
  kFederateFailed,  // pull: the fetch that would have carried it failed (refused, timed out,
                    // status)
  kFederateMissed,  // pull: the central was not there to fetch
  kOutOfOrder,      // either: refused by the central's head
  kUnattributed,    // at a real server: the set is exact, the cause is not observable
};
inline constexpr int kLossCauses = static_cast<int>(LossCause::kUnattributed) + 1;
std::string_view loss_cause_name(LossCause cause);  // "rejected", "hard_shutdown", …

// What the receiving head made of a sample.
enum class Fate : uint8_t { kStored, kDuplicate, kDuplicateTimestamp, kOutOfOrder, kOutOfBounds };

// Senders tell of native histograms and exemplars too (record.extras). The ledger has no place for
// them: no workload has any, so no target's log could name them.
class Observer {
 public:
  virtual ~Observer() = default;

  // A leaf committed a scrape, whole; or samples it made itself (record.leaf_made), any part.
  virtual void scraped(const Slice& slice) = 0;
  // A scrape of a target failed: offered, not scraped.
  virtual void scrape_failed(std::string_view path, Instant intended, std::string_view why) = 0;
  // A sender's samples were answered with a 2xx. Told by those that have a use for it: the central
  // says more where it is ours.
  virtual void acknowledged(const Slice& /*slice*/, Instant /*at*/) {}
  // A sender gave samples up.
  virtual void dropped(const Slice& slice, LossCause cause) = 0;
  // A central judged samples; kStored ones are visible from `visible` on. Virtual engine.
  virtual void received(const Slice& slice, Fate fate, Instant visible) = 0;
  // The same where only labels tell which sample it is (loopback): one call per request or federate
  // scrape.
  struct ForeignSample {
    uint64_t ref;  // of the central's series registry
    int64_t timestamp_ms;
    double value;
    Fate fate;
  };
  virtual void received(std::span<const ForeignSample> samples, Instant visible) = 0;
  // A central's scrape of /federate, successful or not; `intended` is its place on the grid.
  virtual void federated(std::string_view endpoint, Instant intended, bool ok) = 0;
};

}  // namespace pushpull
