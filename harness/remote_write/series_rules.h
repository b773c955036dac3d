// What a receiver of remote write makes of a series' labels, before it looks at samples.
#pragma once

#include <string>

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

// Why a series is not accepted, in the words of the 2.0 receiver. Requires: judge_series() does not
// accept it.
std::string series_refusal(const Labels& labels);

// A label set as Go prints it: {__name__="up", job="a"}.
std::string label_set_text(const Labels& labels);

}  // namespace pushpull
