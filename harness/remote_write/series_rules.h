// What a receiver of remote write makes of a series' labels, before it looks at samples.
#pragma once

#include "harness/remote_write/release_profile.h"
#include "harness/workload/labels.h"

namespace pushpull {

enum class SeriesVerdict {
  kAccept,
  kSkip,  // its samples are left out silently; the request still succeeds
  kFail,  // the request answers 500
};

// Pure; once per series, not per sample. `labels` are sorted and hold no empty values.
SeriesVerdict judge_series(const Labels& labels, const ReleaseProfile& profile);

}  // namespace pushpull
