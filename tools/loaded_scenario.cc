#include "tools/loaded_scenario.h"

#include <algorithm>
#include <string_view>

#include "harness/yaml/suggest.h"
#include "tools/paths.h"

namespace pushpull {
namespace {

// "axis=value" is a piece of the cell's id, or the whole path with the value.
bool agrees(const Cell& cell, const std::string& axis_value) {
  const std::string id = "," + cell.id + ",";
  return id.find("," + axis_value + ",") != std::string::npos ||
         std::ranges::any_of(cell.axes, [&](const AxisValue& axis) {
           return axis.path + "=" + axis.text == axis_value;
         });
}

Status keep_cell(const std::string& axis_value, std::vector<Cell>& cells) {
  const std::string before = cells.front().id;
  std::erase_if(cells, [&](const Cell& cell) { return !agrees(cell, axis_value); });
  if (!cells.empty()) return {};
  return Error{"--cell " + axis_value + ": no cell agrees with it; cells are named as in '" +
               before + "' (pushpull expand lists them)"};
}

Status keep_variants(const std::vector<std::string>& wanted, Scenario& scenario) {
  std::vector<std::string> names;
  for (const auto& entry : scenario.variants) names.push_back(entry.first);
  for (const std::string& name : wanted) {
    if (std::ranges::count(names, name) > 0) continue;
    return Error{"--variant " + name + ": no such variant" + yaml::suggest(name, names)};
  }
  std::erase_if(scenario.variants,
                [&](const auto& entry) { return std::ranges::count(wanted, entry.first) == 0; });
  // Ratios need something to refer to.
  if (std::ranges::count(wanted, scenario.baseline) == 0) {
    scenario.baseline = scenario.variants.front().first;
  }
  return {};
}

}  // namespace

Result<LoadedScenario> load_named(const std::string& name, const Overrides& overrides) {
  const Result<std::string> path = find_scenario(name);
  if (!path) return path.error();
  const Result<std::string> text = read_file(*path);
  if (!text) return text.error();
  Result<std::vector<Cell>> cells = load_cells(*text, *path, overrides);
  if (!cells) return cells.error();
  LoadedScenario loaded{*path, *text, std::move(*cells), {}};
  for (const Cell& cell : loaded.cells) {
    const std::string& wanted = cell.scenario.calibration;
    if (cell.scenario.engine != Engine::kVirtual || loaded.calibrations.contains(wanted)) continue;
    Result<Calibration> found = find_calibration(wanted, *path, shipped_scenarios());
    if (!found) return found.error();
    loaded.calibrations.emplace(wanted, std::move(*found));
  }
  return loaded;
}

Status keep_only(const std::vector<std::string>& axis_values,
                 const std::vector<std::string>& variants, LoadedScenario& loaded) {
  for (const std::string& axis_value : axis_values) {
    if (Status kept = keep_cell(axis_value, loaded.cells); !kept) return kept;
  }
  if (variants.empty()) return {};
  for (Cell& cell : loaded.cells) {
    if (Status kept = keep_variants(variants, cell.scenario); !kept) return kept;
  }
  return {};
}

}  // namespace pushpull
