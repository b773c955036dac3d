// The random parts of Kubernetes names, and suffixes that lead back to a number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pushpull {

// How many different suffixes there are: numbers must stay below.
inline constexpr uint64_t kNameSuffixes = 27 * 27 * 27 * 27 * 27;

// Appends `length` characters of a code.
void append_name_characters(std::string& out, uint64_t code, int length);

// Appends the five characters of a number: a bijection for each seed. Requires: number <
// kNameSuffixes.
void append_name_suffix(std::string& out, uint64_t number, uint64_t seed);
// The number whose suffix ends `text`; nothing if none does.
std::optional<uint64_t> name_suffix_number(std::string_view text, uint64_t seed);

}  // namespace pushpull
