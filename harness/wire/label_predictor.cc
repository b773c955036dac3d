#include "harness/wire/label_predictor.h"

namespace pushpull::wire {

namespace {

// A run without another beginning is cut here: what a hostile one can make of it is bounded.
constexpr size_t kMaxRun = 512;

}  // namespace

void LabelPredictor::saw(const SeenLabels& labels, bool expected) {
  if (memory_ == nullptr) return;
  if (labels.region.size() > LabelChain::kMaxRegion) return break_off();
  if (!run_.empty()) {
    run_.push_back(labels);
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
  } else if (run_.size() == kMaxRun) {
    break_off();
  }
}

void LabelPredictor::begin(const SeenLabels& first) {
  break_off();
  chain_ = memory_->find(first);
  run_.push_back(first);
}

void LabelPredictor::break_off() {
  if (surprised_) {
    memory_->remember(run_.front().hash, std::make_shared<const LabelChain>(run_));
  }
  run_.clear();
  chain_ = nullptr;
  next_ = 0;
  surprised_ = false;
}

}  // namespace pushpull::wire
