#include "harness/workload/slot.h"

#include "harness/base/check.h"
#include "harness/base/random.h"
#include "harness/workload/name_suffix.h"

namespace pushpull {
namespace {

void append_hex(std::string& out, uint64_t bits, int digits) {
  for (int i = 0; i < digits; ++i, bits >>= 4) out += "0123456789abcdef"[bits & 15];
}

void append_uid(std::string& out, uint64_t hash) {
  constexpr int kGroups[] = {8, 4, 4, 4, 12};
  for (const int digits : kGroups) {
    if (digits != kGroups[0]) out += '-';
    append_hex(out, hash, digits);
    hash = mix64(hash);
  }
}

// 10.42.0.0/15 and the networks after it, one address per target.
void append_address(std::string& out, uint32_t target_id) {
  const uint32_t network = 42 + (target_id >> 16);
  CHECK(network < 256) << "no address left for target " << target_id;
  out += "10." + std::to_string(network) + '.' + std::to_string(target_id >> 8 & 255) + '.' +
         std::to_string(target_id & 255);
}

void append_text(std::string& out, const Slot& slot, uint64_t target_seed, uint32_t target_id) {
  uint64_t hash = mix64(target_seed ^ mix64(slot.number));
  switch (slot.kind) {
    case SlotKind::kInstance:
      append_address(out, target_id);
      out += slot.stem;
      return;
    case SlotKind::kNode:
      out += slot.stem;
      out += '-';
      append_name_characters(out, hash, 5);
      return;
    case SlotKind::kPod:
      out += slot.stem;
      out += '-';
      append_name_characters(out, hash, 9);
      out += '-';
      append_name_suffix(out, slot.number, target_seed);
      return;
    case SlotKind::kUid:
      out += slot.stem;
      append_uid(out, hash);
      return;
    case SlotKind::kContainerId:
      out += slot.stem;
      for (int i = 0; i < 4; ++i, hash = mix64(hash)) append_hex(out, hash, 16);
      return;
  }
}

}  // namespace

SlotTexts::SlotTexts(const std::vector<Slot>& slots, uint64_t target_seed, uint32_t target_id) {
  ends_.reserve(slots.size());
  for (const Slot& slot : slots) {
    append_text(arena_, slot, target_seed, target_id);
    ends_.push_back(static_cast<uint32_t>(arena_.size()));
  }
  arena_.shrink_to_fit();
}

std::optional<uint32_t> pod_number(std::string_view pod, uint64_t target_seed) {
  const std::optional<uint64_t> number = name_suffix_number(pod, target_seed);
  if (!number) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

}  // namespace pushpull
