// Relabelling: a list of rules applied to the labels of a series or a target.
#pragma once

#include <string>
#include <vector>

#include "harness/relabel/anchored_regex.h"
#include "harness/relabel/config.h"
#include "harness/workload/labels.h"

namespace pushpull {

// Immutable; any thread.
class Relabeler {
 public:
  Relabeler() = default;
  // Requires: rules that bind() took without an error.
  explicit Relabeler(const std::vector<RelabelConfig>& rules);

  // No rules: everything is kept as it is.
  bool empty() const { return rules_.empty(); }
  // False where rules only choose among series.
  bool changes_labels() const;

  // Applies all rules in order. False where one of them drops the labels, which are then of no
  // meaning.
  bool apply(Labels& labels) const;

 private:
  struct Rule {
    RelabelConfig config;
    AnchoredRegex regex;
  };

  static bool apply(const Rule& rule, Labels& labels);

  std::vector<Rule> rules_;
};

}  // namespace pushpull
