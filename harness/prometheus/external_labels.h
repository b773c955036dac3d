// Labels a server adds to what leaves it.
#pragma once

#include "harness/workload/labels.h"

namespace pushpull {

// External labels are added only where the series lacks the name: the series' own value wins. Pure.
inline Labels with_external_labels(Labels series, const Labels& external) {
  for (const Label& label : external) {
    if (!series.has(label.name)) series.set(label.name, label.value);
  }
  return series;
}

}  // namespace pushpull
