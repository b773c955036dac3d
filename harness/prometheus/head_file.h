// The file a mock server keeps its head in over a restart: every series with its newest sample.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "harness/base/result.h"
#include "harness/head/series_head.h"
#include "harness/head/series_registry.h"

namespace pushpull {

// Replaces `path` as a whole (written beside it, then renamed). Series without a sample are saved
// too: refs survive.
Status save_head(const std::string& path, const SeriesRegistry& registry, const SeriesHead& head);

// Requires: registry and head are empty. A missing file is an empty head. Error: not such a file,
// or damaged; registry and head are then not to be used.
Status load_head(const std::string& path, SeriesRegistry& registry, SeriesHead& head);

}  // namespace pushpull
