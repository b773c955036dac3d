#include "harness/workload/slot.h"

#include "harness/base/check.h"
#include "harness/base/random.h"

namespace pushpull {
namespace {

// Kubernetes draws the random parts of names from these: no vowels, nothing that looks alike.
constexpr std::string_view kNameAlphabet = "bcdfghjklmnpqrstvwxz2456789";
constexpr uint64_t kNameBase = kNameAlphabet.size();
constexpr int kSuffixLength = 5;
constexpr uint64_t kSuffixes = kNameBase * kNameBase * kNameBase * kNameBase * kNameBase;

constexpr uint64_t power_modulo(uint64_t base, uint64_t exponent, uint64_t modulus) {
  uint64_t result = 1;
  for (; exponent > 0; exponent /= 2, base = base * base % modulus) {
    if (exponent % 2 == 1) result = result * base % modulus;
  }
  return result;
}

// Pod suffixes are number * kSpread + a per-target offset, modulo their count 3^15: a bijection
// since 3 does not divide kSpread, undone by its inverse (Euler: the group has 2 * 3^14 elements).
constexpr uint64_t kSpread = 6'180'341;
constexpr uint64_t kUnspread = power_modulo(kSpread, kSuffixes / 3 * 2 - 1, kSuffixes);
static_assert(kSpread * kUnspread % kSuffixes == 1);

uint64_t suffix_offset(uint64_t target_seed) { return reduce(mix64(target_seed), kSuffixes); }

void append_name_characters(std::string& out, uint64_t code, int length) {
  for (int i = 0; i < length; ++i, code /= kNameBase) out += kNameAlphabet[code % kNameBase];
}

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
      append_name_characters(out, hash, kSuffixLength);
      return;
    case SlotKind::kPod:
      CHECK(slot.number < kSuffixes);
      out += slot.stem;
      out += '-';
      append_name_characters(out, hash, 9);
      out += '-';
      append_name_characters(out, (slot.number * kSpread + suffix_offset(target_seed)) % kSuffixes,
                             kSuffixLength);
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
  if (pod.size() < kSuffixLength) return std::nullopt;
  uint64_t code = 0;
  for (int i = 1; i <= kSuffixLength; ++i) {
    const size_t digit = kNameAlphabet.find(pod[pod.size() - static_cast<size_t>(i)]);
    if (digit == std::string_view::npos) return std::nullopt;
    code = code * kNameBase + digit;
  }
  const uint64_t spread = (code + kSuffixes - suffix_offset(target_seed)) % kSuffixes;
  return static_cast<uint32_t>(spread * kUnspread % kSuffixes);
}

}  // namespace pushpull
