// Slots: the label values that differ from target to target. All targets of a shape share its
// series; where a series carries a pod's name or a container's id, the shape has a slot and each
// target has its own text for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pushpull {

enum class SlotKind : uint8_t {
  kInstance,     // 10.42.3.7<stem>, unique in the workload
  kNode,         // <stem>-x7k2p
  kPod,          // <stem>-6f9b7c4d8-x7k2p, unique in its target by its number
  kUid,          // <stem>0b54d19c-…, a UUID
  kContainerId,  // <stem> and 64 hexadecimal digits
};

struct Slot {
  SlotKind kind;
  std::string stem;
  // Which of its kind: equal numbers give equal random parts in one target.
  uint32_t number;
};

// The texts of all slots of one target. A text is a function of (target seed, target id, slot) and
// holds nothing that the text format would escape. Immutable; any thread.
class SlotTexts {
 public:
  SlotTexts(const std::vector<Slot>& slots, uint64_t target_seed, uint32_t target_id);

  std::string_view operator[](uint32_t slot) const {
    const uint32_t begin = slot == 0 ? 0 : ends_[slot - 1];
    return {arena_.data() + begin, ends_[slot] - begin};
  }

 private:
  std::string arena_;
  std::vector<uint32_t> ends_;
};

// The number of the kPod slot whose text ends like `pod`; nothing if no pod of the target ends so.
// The result is a candidate only: the rest of the text is not looked at.
std::optional<uint32_t> pod_number(std::string_view pod, uint64_t target_seed);

}  // namespace pushpull
