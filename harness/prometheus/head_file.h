// The file a mock server keeps its head in over a restart: every series with its newest sample, and
// how far back the head reaches.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "harness/base/result.h"
#include "harness/head/head_window.h"
#include "harness/head/series_head.h"
#include "harness/head/series_registry.h"

namespace pushpull {

// Replaces `path` as a whole (written beside it, then renamed). Series without a sample are saved
// too. Refs survive, and those of forgotten series are not given again.
Status save_head(const std::string& path, const SeriesRegistry& registry, const SeriesHead& head,
                 const HeadWindow& window);

// Requires: registry and head are empty. A missing file is an empty head. Error: not such a file,
// or damaged; what was to be filled is then not to be used.
Status load_head(const std::string& path, SeriesRegistry& registry, SeriesHead& head,
                 HeadWindow& window);

}  // namespace pushpull
