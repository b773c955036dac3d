#include "harness/measure/position_run.h"

namespace pushpull {

std::optional<PositionRun> RunBuilder::add_another(uint32_t position) {
  const bool ascends = run_.count > 0 && position > last_;
  if (ascends && run_.count == 1) run_.stride = position - last_;
  if (ascends && position - last_ == run_.stride) {
    ++run_.count;
    last_ = position;
    return std::nullopt;
  }
  const std::optional<PositionRun> done = finish();
  run_ = {position, 1, 1};
  last_ = position;
  return done;
}

std::optional<PositionRun> RunBuilder::finish() {
  const PositionRun done = std::exchange(run_, {});
  return done.count == 0 ? std::nullopt : std::optional(done);
}

}  // namespace pushpull
