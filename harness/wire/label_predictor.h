// Walks the label memory beside one message that is being decoded.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/wire/label_memory.h"

namespace pushpull::wire {

// Not thread-safe; several may share one memory.
class LabelPredictor {
 public:
  // Predicts nothing and learns nothing where `memory` is null. It outlives this, as does every
  // region that is told.
  explicit LabelPredictor(LabelMemory* memory) : memory_(memory) {}

  // The labels that `series` begins with, where it is the one expected; else an empty region. What
  // follows them may be labels too: that is the caller's to see.
  SeenLabels expect(std::string_view series) const {
    return chain_ != nullptr && next_ < chain_->links()
               ? chain_->follow(next_, run_.back().region, series)
               : SeenLabels{};
  }
  // Every series in order: what it was, and whether that was expected.
  void saw(const SeenLabels& labels, bool expected);
  // A series that cannot be remembered, or the end of the message.
  void break_off();

 private:
  void begin(const SeenLabels& first);

  LabelMemory* memory_;
  std::vector<SeenLabels> run_;  // from the beginning of a chain on; empty outside of one
  std::shared_ptr<const LabelChain> chain_;
  size_t next_ = 0;         // link of chain_
  bool surprised_ = false;  // the run is not, or not all, in chain_
};

}  // namespace pushpull::wire
