#include "harness/yaml/suggest.h"

#include <algorithm>
#include <numeric>

namespace pushpull::yaml {
namespace {

constexpr size_t kMaxListed = 10;
// No key is longer; distances of longer words are not worth their quadratic cost.
constexpr size_t kMaxWord = 100;

}  // namespace

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string suggest(std::string_view word, const std::vector<std::string>& known) {
  if (known.empty()) return "";
  size_t best = word.size() >= 8 ? 4 : 3;  // one more than what is still offered
  const std::string* nearest = nullptr;
  for (const std::string& candidate : known) {
    if (word.size() > kMaxWord) break;
    const size_t distance = edit_distance(word, candidate);
    // A word of which nothing is left is no typing error.
    if (distance >= best || distance >= word.size()) continue;
    best = distance;
    nearest = &candidate;
  }
  if (nearest != nullptr) return "; did you mean '" + *nearest + "'?";
  std::string list;
  for (size_t i = 0; i < std::min(known.size(), kMaxListed); ++i) {
    list += (i == 0 ? "" : ", ") + known[i];
  }
  return " (known: " + list + (known.size() > kMaxListed ? ", …)" : ")");
}

}  // namespace pushpull::yaml
