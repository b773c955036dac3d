#include "harness/base/spare_strings.h"

#include <memory>
#include <utility>

namespace pushpull {

SpareStrings::~SpareStrings() {
  for (std::atomic<std::string*>& slot : slots_) delete slot.load();
}

std::string SpareStrings::take() {
  for (std::atomic<std::string*>& slot : slots_) {
    if (slot.load(std::memory_order_relaxed) == nullptr) continue;
    const std::unique_ptr<std::string> spare(slot.exchange(nullptr));
    if (spare != nullptr) return std::move(*spare);
  }
  return {};
}

void SpareStrings::give_back(std::string spare) {
  if (spare.empty() || spare.capacity() > kMaxBytes) return;
  auto kept = std::make_unique<std::string>(std::move(spare));
  for (std::atomic<std::string*>& slot : slots_) {
    std::string* free = nullptr;
    if (!slot.compare_exchange_strong(free, kept.get())) continue;
    kept.release();
    return;
  }
}

SpareStrings& spare_strings() {
  static SpareStrings strings;
  return strings;
}

}  // namespace pushpull
