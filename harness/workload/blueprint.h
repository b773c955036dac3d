// What profiles build shapes from: a plan that grows by whole units (routes, devices, pods) and is
// then cut or padded to an exact number of series.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "harness/workload/family.h"
#include "harness/workload/labels.h"
#include "harness/workload/shape.h"

namespace pushpull {

// One label, one entry per value.
AxisPtr axis(std::string name, const std::vector<std::string>& values);
// One label with values <stem>0, <stem>1, ….
AxisPtr numbered_axis(std::string name, std::string_view stem, uint32_t count);
// One entry with several literal labels.
AxisPtr fixed_labels(std::initializer_list<Label> labels);

// Adds a slot and returns a label value that refers to it.
LabelValue add_slot(Blueprint& blueprint, SlotKind kind, std::string stem, uint32_t number);

// A plan for `units` units; series counts are linear in units. Units start at 1.
using Plan = Blueprint (*)(uint32_t units);
// Makes up the missing series: a gauge at 1 for each of any number of things.
struct Padding {
  std::string name;
  std::string help;
  std::string label;
};

// The plan with as many units as fit in `size` series, at least one, then cut or padded to exactly
// `size`. Only whole rows are cut, last families first, so that no histogram is left in pieces.
Blueprint fit(Plan plan, const Padding& padding, uint32_t size);

}  // namespace pushpull
