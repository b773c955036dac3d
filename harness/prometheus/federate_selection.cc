#include "harness/prometheus/federate_selection.h"

#include <algorithm>

namespace pushpull {

FederateSelection::FederateSelection(const ScrapeConfig& federate) {
  for (const auto& [name, values] : federate.params) {
    if (name != "match[]") continue;
    for (const std::string& text : values) {
      Result<Selector> selector = Selector::parse(text);
      if (selector) selectors_.push_back(std::move(*selector));
    }
  }
}

bool FederateSelection::selects_all(const Labels& target_labels) const {
  return std::ranges::any_of(selectors_, [&](const Selector& s) {
    return s.verdict(target_labels) == Selector::Verdict::kAll;
  });
}

PositionSet FederateSelection::unselected(const Target& target) const {
  PositionSet positions(target.size());
  if (selects_all(target.target_labels())) return positions;
  for (uint32_t p = 0; p < target.size(); ++p) {
    const Labels labels = target.stored_labels(p);
    if (std::ranges::none_of(selectors_, [&](const Selector& s) { return s.matches(labels); })) {
      positions.add(PositionRun{p, 1, 1});
    }
  }
  return positions;
}

}  // namespace pushpull
