#include "harness/wire/label_predictor.h"

#include <span>

namespace pushpull::wire {

void LabelPredictor::take(const SeenLabels& labels, bool expected) {
  if (labels.region.size() > LabelChain::kMaxRegion) return break_off();
  if (run_size_ > 0) {
    run_[run_size_++] = labels;
    if (expected) {
      ++next_;
    } else {
      surprised_ = true;
      chain_ = nullptr;
    }
  }
  // It is the last of one run, which leads to it, and the first of the next.
  if (LabelMemory::begins_chain(labels.hash)) {
    begin(labels);
  } else if (run_size_ == kMaxRun) {
    break_off();
  }
}

void LabelPredictor::begin(const SeenLabels& first) {
  break_off();
  chain_ = memory_->find(first);
  if (chain_ != nullptr && chain_->links() > 0) memory_->prefetch_place(chain_->last_hash());
  run_[run_size_++] = first;
}

// A chain ends where the next begins, unless it was cut.
void LabelPredictor::look_ahead() const {
  if (next_ == kChainAt) memory_->prefetch_chain(chain_->last_hash());
  if (next_ == kContentsAt) memory_->prefetch_contents(chain_->last_hash());
}

void LabelPredictor::break_off() {
  if (surprised_) {
    const std::span<const SeenLabels> run(run_.data(), run_size_);
    memory_->remember(run.front().hash, std::make_shared<const LabelChain>(run));
  }
  run_size_ = 0;
  chain_ = nullptr;
  next_ = 0;
  surprised_ = false;
}

}  // namespace pushpull::wire
