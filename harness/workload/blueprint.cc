#include "harness/workload/blueprint.h"

#include <algorithm>

#include "harness/base/check.h"

namespace pushpull {
namespace {

uint64_t series_count(const Blueprint& blueprint) {
  uint64_t series = 0;
  for (const Family& family : blueprint.families) series += family.series();
  return series;
}

}  // namespace

AxisPtr axis(std::string name, const std::vector<std::string>& values) {
  Axis axis;
  axis.names.push_back(std::move(name));
  for (const std::string& value : values) axis.values.push_back({value});
  return std::make_shared<const Axis>(std::move(axis));
}

AxisPtr numbered_axis(std::string name, std::string_view stem, uint32_t count) {
  std::vector<std::string> values;
  for (uint32_t i = 0; i < count; ++i) values.push_back(std::string(stem) + std::to_string(i));
  return axis(std::move(name), values);
}

AxisPtr fixed_labels(std::initializer_list<Label> labels) {
  Axis axis;
  for (const Label& label : labels) {
    axis.names.push_back(label.name);
    axis.values.push_back({label.value});
  }
  return std::make_shared<const Axis>(std::move(axis));
}

LabelValue add_slot(Blueprint& blueprint, SlotKind kind, std::string stem, uint32_t number) {
  blueprint.slots.push_back({kind, std::move(stem), number});
  return LabelValue::of_slot(static_cast<uint32_t>(blueprint.slots.size() - 1));
}

Blueprint fit(Plan plan, const Padding& padding, uint32_t size) {
  CHECK(size > 0);
  const uint64_t one = series_count(plan(1));
  const uint64_t per_unit = series_count(plan(2)) - one;
  const uint64_t units = size <= one ? 1 : 1 + (size - one) / per_unit;
  Blueprint blueprint = plan(static_cast<uint32_t>(units));

  uint32_t left = size;
  for (Family& family : blueprint.families) {
    family.rows = std::min(family.rows, left / family.series_per_row());
    left -= static_cast<uint32_t>(family.series());
  }
  std::erase_if(blueprint.families, [](const Family& family) { return family.rows == 0; });
  if (left > 0) {
    blueprint.families.push_back(family(padding.name, padding.help, constant(1),
                                        {numbered_axis(padding.label, padding.label + "-", left)}));
  }
  return blueprint;
}

}  // namespace pushpull
