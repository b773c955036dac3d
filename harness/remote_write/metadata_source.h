// Where a sender finds what targets say of their metric families.
#pragma once

#include <vector>

#include "harness/wire/exemplar.h"

namespace pushpull {

// Loop thread only.
class MetadataSource {
 public:
  virtual ~MetadataSource() = default;
  // What the scrapes of all targets know, each (name, type, help, unit) once.
  virtual std::vector<wire::FamilyMetadata> metadata() = 0;
};

}  // namespace pushpull
