// For tests of variants that relabel: rules that drop some series and disguise the others, and what
// they must cost.
#pragma once

#include <cstdint>
#include <string_view>

#include "harness/scenario/leaf_labels.h"
#include "harness/workload/workload.h"

namespace pushpull {

// A variant's write_relabel_configs: counters go, the rest arrives without the labels by which the
// workload's own series are known.
inline constexpr std::string_view kDisguise =
    "[{source_labels: [__name__], regex: .*_total, action: drop},"
    " {source_labels: [instance], target_label: came_from},"
    " {source_labels: [__name__], target_label: __name__, replacement: 'disguised:$1'},"
    " {regex: instance|job, action: labeldrop}]";

// Series that the variant's rules drop, at the start of the run.
inline int64_t relabelled_series(const Workload& workload, const Variant& variant) {
  const std::vector<SentLabels> sent = sent_labels(variant, workload.leaves());
  int64_t series = 0;
  for (uint32_t leaf = 0; leaf < workload.leaves(); ++leaf) {
    for (const Target& target : workload.targets_of(leaf)) {
      series += static_cast<int64_t>(
          relabelled_positions(target, target.generations(0), sent[leaf]).size());
    }
  }
  return series;
}

}  // namespace pushpull
