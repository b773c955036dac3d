// Collects the metadata of many targets, of which most say the same.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "harness/wire/exemplar.h"

namespace pushpull {

// As Prometheus's metadata watcher: a family is another one where its type, help or unit differs.
class FamilySet {
 public:
  void add(const wire::FamilyMetadata& family) {
    if (seen_.emplace(family.family, family.type, family.help, family.unit).second)
      families_.push_back(family);
  }
  // In the order in which they were added.
  std::vector<wire::FamilyMetadata> take() { return std::move(families_); }

 private:
  std::set<std::tuple<std::string, int32_t, std::string, std::string>> seen_;
  std::vector<wire::FamilyMetadata> families_;
};

}  // namespace pushpull
