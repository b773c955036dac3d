// "did you mean": what to offer for a name that is not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pushpull::yaml {

// Insertions, deletions and replacements that turn `a` into `b`.
size_t edit_distance(std::string_view a, std::string_view b);

// "; did you mean 'max_shards'?" for the nearest name within two edits (three for words of eight
// letters and more); else " (known: a, b, …)" with at most ten of them; "" where nothing is known.
std::string suggest(std::string_view word, const std::vector<std::string>& known);

}  // namespace pushpull::yaml
