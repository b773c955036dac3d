// Which series of a target a federate job never asks for. Pure.
#pragma once

#include <vector>

#include "harness/federation/selector.h"
#include "harness/measure/position_set.h"
#include "harness/scrape/config.h"
#include "harness/workload/target.h"

namespace pushpull {

class FederateSelection {
 public:
  // Of the match[] params of a federate job. A selector that does not parse selects nothing here:
  // it makes every fetch fail with 400, which the fetches themselves tell.
  explicit FederateSelection(const ScrapeConfig& federate);

  // The positions of `target` whose series no selector matches.
  PositionSet unselected(const Target& target) const;

 private:
  bool selects_all(const Labels& target_labels) const;

  std::vector<Selector> selectors_;
};

}  // namespace pushpull
