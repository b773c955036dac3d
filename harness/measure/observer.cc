#include "harness/measure/observer.h"

#include "harness/base/check.h"

namespace pushpull {

std::string_view loss_cause_name(LossCause cause) {
  switch (cause) {
    case LossCause::kRelabelled:
      return "relabelled";
    case LossCause::kRejected:
      return "rejected";
    case LossCause::kHardShutdown:
      return "hard_shutdown";
    case LossCause::kReshardFlush:
      return "reshard_flush";
    case LossCause::kTooOld:
      return "too_old";
    case LossCause::kWalTruncated:
      return "wal_truncated";
    case LossCause::kTailError:
      return "queue_tail_error";
    case LossCause::kBeforeStart:
      return "before_queue_start";
    case LossCause::kRestart:
      return "restart";
    case LossCause::kFederateFailed:
      return "federate_failed";
    case LossCause::kFederateMissed:
      return "federate_missed";
    case LossCause::kOutOfOrder:
      return "out_of_order";
    case LossCause::kUnattributed:
      return "unattributed";
  }
  CHECK(false) << "no such cause: " << static_cast<int>(cause);
  return {};
}

}  // namespace pushpull
