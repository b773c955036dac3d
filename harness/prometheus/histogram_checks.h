// Which checks of native histograms a release makes.
#pragma once

#include "harness/head/histogram_rules.h"
#include "harness/remote_write/release_profile.h"

namespace pushpull {

inline HistogramChecks histogram_checks(const ReleaseProfile& profile) {
  return {profile.exact_histogram_counts, profile.known_histogram_schemas};
}

}  // namespace pushpull
