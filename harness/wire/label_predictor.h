// Walks the label memory beside one message that is being decoded.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

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
               ? chain_->follow(next_, run_[run_size_ - 1].region, series)
               : SeenLabels{};
  }
  // Every series in order: what it was, and whether that was expected.
  void saw(const SeenLabels& labels, bool expected) {
    if (expected && run_size_ < kMaxRun - 1 && !LabelMemory::begins_chain(labels.hash)) {
      run_[run_size_++] = labels;
      if (++next_ <= kContentsAt) look_ahead();
    } else if (memory_ != nullptr) {
      take(labels, expected);
    }
  }
  // A series that cannot be remembered, or the end of the message.
  void break_off();

 private:
  // A run without another beginning is cut here: what a hostile one can make of it is bounded.
  static constexpr size_t kMaxRun = 512;
  // The links of a chain at which the next chain and its contents are fetched ahead.
  static constexpr size_t kChainAt = 4;
  static constexpr size_t kContentsAt = 8;

  void take(const SeenLabels& labels, bool expected);
  void begin(const SeenLabels& first);
  void look_ahead() const;

  LabelMemory* memory_;
  std::array<SeenLabels, kMaxRun> run_;  // from the beginning of a chain on
  size_t run_size_ = 0;                  // 0 outside of one
  std::shared_ptr<const LabelChain> chain_;
  size_t next_ = 0;         // link of chain_
  bool surprised_ = false;  // the run is not, or not all, in chain_
};

}  // namespace pushpull::wire
