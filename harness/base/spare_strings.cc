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
    if (spare == nullptr) continue;
    kept_bytes_ -= spare->capacity();
    return std::move(*spare);
  }
  return {};
}

void SpareStrings::give_back(std::string spare) {
  if (spare.empty()) return;
  const size_t bytes = spare.capacity();
  // Counted first, so that threads at once cannot keep too much between them.
  if (kept_bytes_.fetch_add(bytes) + bytes > kMaxBytes) {
    kept_bytes_ -= bytes;
    return;
  }
  auto kept = std::make_unique<std::string>(std::move(spare));
  for (std::atomic<std::string*>& slot : slots_) {
    std::string* free = nullptr;
    if (!slot.compare_exchange_strong(free, kept.get())) continue;
    static_cast<void>(kept.release());
    return;
  }
  kept_bytes_ -= bytes;
}

SpareStrings& spare_strings(SpareUse use) {
  static std::array<SpareStrings, kSpareUses> strings;
  return strings[static_cast<size_t>(use)];
}

}  // namespace pushpull
