#include "harness/workload/name_suffix.h"

#include "harness/base/check.h"
#include "harness/base/random.h"

namespace pushpull {
namespace {

// Kubernetes draws the random parts of names from these: no vowels, nothing that looks alike.
constexpr std::string_view kNameAlphabet = "bcdfghjklmnpqrstvwxz2456789";
constexpr uint64_t kNameBase = kNameAlphabet.size();
constexpr int kSuffixLength = 5;
static_assert(kNameBase * kNameBase * kNameBase * kNameBase * kNameBase == kNameSuffixes);

constexpr uint64_t power_modulo(uint64_t base, uint64_t exponent, uint64_t modulus) {
  uint64_t result = 1;
  for (; exponent > 0; exponent /= 2, base = base * base % modulus) {
    if (exponent % 2 == 1) result = result * base % modulus;
  }
  return result;
}

// Suffixes are number * kSpread + a per-seed offset, modulo their count 3^15: a bijection since 3
// does not divide kSpread, undone by its inverse (Euler: the group has 2 * 3^14 elements).
constexpr uint64_t kSpread = 6'180'341;
constexpr uint64_t kUnspread = power_modulo(kSpread, kNameSuffixes / 3 * 2 - 1, kNameSuffixes);
static_assert(kSpread * kUnspread % kNameSuffixes == 1);

uint64_t suffix_offset(uint64_t seed) { return reduce(mix64(seed), kNameSuffixes); }

}  // namespace

void append_name_characters(std::string& out, uint64_t code, int length) {
  for (int i = 0; i < length; ++i, code /= kNameBase) out += kNameAlphabet[code % kNameBase];
}

void append_name_suffix(std::string& out, uint64_t number, uint64_t seed) {
  CHECK(number < kNameSuffixes);
  append_name_characters(out, (number * kSpread + suffix_offset(seed)) % kNameSuffixes,
                         kSuffixLength);
}

std::optional<uint64_t> name_suffix_number(std::string_view text, uint64_t seed) {
  if (text.size() < kSuffixLength) return std::nullopt;
  uint64_t code = 0;
  for (int i = 1; i <= kSuffixLength; ++i) {
    const size_t digit = kNameAlphabet.find(text[text.size() - static_cast<size_t>(i)]);
    if (digit == std::string_view::npos) return std::nullopt;
    code = code * kNameBase + digit;
  }
  const uint64_t spread = (code + kNameSuffixes - suffix_offset(seed)) % kNameSuffixes;
  return spread * kUnspread % kNameSuffixes;
}

}  // namespace pushpull
