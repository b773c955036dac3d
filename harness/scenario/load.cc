#include "harness/scenario/load.h"

#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/scenario/matrix.h"
#include "harness/yaml/dumper.h"
#include "harness/yaml/overlay.h"
#include "harness/yaml/parser.h"
#include "harness/yaml/suggest.h"

namespace pushpull {
namespace {

// An unknown version makes all other complaints meaningless.
bool check_version(const yaml::Node& root, yaml::Diagnostics& diagnostics) {
  const yaml::Node* version = root.find("version");
  const std::string known = std::to_string(Scenario::kVersion);
  if (version == nullptr || version->text == known) return true;
  diagnostics.error(version->place(),
                    "version: this pushpull reads version " + known + " of the format only");
  return false;
}

// `profiles` as a map of maps; an empty map where there are none.
yaml::Node take_profiles(const yaml::Node& root, yaml::Diagnostics& diagnostics) {
  yaml::Node result;
  const yaml::Node* profiles = root.find("profiles");
  if (profiles == nullptr || profiles->kind == yaml::Node::Kind::kNull) return result;
  if (profiles->kind != yaml::Node::Kind::kMap) {
    diagnostics.error(profiles->place(), "profiles: expected a map of names to overlays");
    return result;
  }
  result.kind = yaml::Node::Kind::kMap;
  for (const yaml::Node& profile : profiles->children) {
    if (profile.kind == yaml::Node::Kind::kMap) {
      result.children.push_back(profile);
    } else {
      diagnostics.error(profile.place(), "profiles." + profile.key + ": expected a map");
    }
  }
  return result;
}

void report_unknown_profile(const std::string& name, const yaml::Node& profiles,
                            yaml::Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const yaml::Node& profile : profiles.children) names.push_back(profile.key);
  const auto source = std::make_shared<const yaml::Source>(
      yaml::Source{"--profile " + name, "", /*is_option=*/true, /*order=*/1});
  diagnostics.error(yaml::Position{source, 1, 1},
                    "the scenario has no such profile" + yaml::suggest(name, names));
}

void apply_overrides(const Overrides& overrides, yaml::Node& root, yaml::Diagnostics& diagnostics) {
  int order = 1;
  for (const std::string& text : overrides.settings) {
    const Result<yaml::Setting> setting = yaml::parse_setting(text);
    if (setting) {
      yaml::apply(*setting, ++order, root, diagnostics);
    } else {
      const auto source = std::make_shared<const yaml::Source>(
          yaml::Source{"--set " + text, "", /*is_option=*/true, ++order});
      diagnostics.error(yaml::Position{source, 1, 1}, setting.error().message);
    }
  }
  if (!overrides.engine.empty()) {
    const std::string& engine = overrides.engine;
    yaml::apply({"--engine " + engine, "engine", engine}, ++order, root, diagnostics);
  }
  if (overrides.seed) {
    const std::string seed = std::to_string(*overrides.seed);
    yaml::apply({"--seed " + seed, "seed", seed}, ++order, root, diagnostics);
  }
}

// The errors of all cells, each once: with a cell that shows it, where not all of them do.
class CellErrors {
 public:
  void add(const yaml::Diagnostics& found, const std::string& cell) {
    for (const yaml::Diagnostics::Diagnostic& error : found.errors()) {
      const auto known = std::ranges::find_if(errors_, [&](const Seen& seen) {
        return seen.error.position == error.position && seen.error.message == error.message;
      });
      if (known != errors_.end()) {
        ++known->cells;
      } else if (errors_.size() < yaml::Diagnostics::kMaxKept) {
        errors_.push_back({error, cell, 1});
      }
    }
  }
  void report(size_t cells, yaml::Diagnostics& diagnostics) const {
    for (const Seen& seen : errors_) {
      const size_t others = seen.cells - 1;
      std::string note = " (in cell " + seen.cell;
      if (others > 0) note += " and " + std::to_string(others) + " more";
      diagnostics.error(seen.error.position,
                        seen.error.message + (seen.cells == cells ? "" : note + ")"));
    }
  }

 private:
  struct Seen {
    yaml::Diagnostics::Diagnostic error;
    std::string cell;  // the first
    size_t cells;
  };
  std::vector<Seen> errors_;
};

// Binds the document in every cell. `document` is what is left after profile and settings.
std::vector<Cell> bind_cells(yaml::Node document, yaml::Diagnostics& diagnostics) {
  const Matrix matrix(document, diagnostics);
  std::erase_if(document.children, [](const yaml::Node& child) { return child.key == "profiles"; });
  const std::vector<Matrix::Point> points = matrix.points();
  std::vector<Cell> cells;
  CellErrors errors;
  for (const Matrix::Point& point : points) {
    yaml::Diagnostics found;
    const yaml::Node node = matrix.at(document, point, found);
    Cell& cell = cells.emplace_back(Cell{point.id, point.axes, {}});
    cell.scenario.ignored_keys = yaml::parse(node, cell.scenario, found);
    errors.add(found, cell.id);
  }
  errors.report(points.size(), diagnostics);
  return cells;
}

// Files that a variant names are meant from the scenario's own folder, wherever the run's
// configuration files will be.
void resolve_files(std::vector<Cell>& cells, const std::string& scenario_file) {
  const std::string folder =
      std::filesystem::absolute(scenario_file).parent_path().lexically_normal().string();
  for (Cell& cell : cells) {
    for (auto& [name, variant] : cell.scenario.variants) {
      if (variant.remote_write) resolve_files(variant.remote_write->config.http_client, folder);
    }
  }
}

void check_profile(const yaml::Node& root, const yaml::Node& profile,
                   yaml::Diagnostics& diagnostics) {
  yaml::Node merged = root;
  yaml::merge(merged, profile);
  bind_cells(std::move(merged), diagnostics);
}

}  // namespace

Result<std::vector<Cell>> load_cells(std::string text, std::string file_name,
                                     const Overrides& overrides) {
  const auto source =
      std::make_shared<const yaml::Source>(yaml::Source{std::move(file_name), std::move(text)});
  yaml::Diagnostics diagnostics;
  const std::optional<yaml::Node> root = yaml::parse_document(source, diagnostics);
  if (!root || !check_version(*root, diagnostics)) return diagnostics.to_error();

  const yaml::Node profiles = take_profiles(*root, diagnostics);
  bind_cells(*root, diagnostics);
  for (const yaml::Node& profile : profiles.children) check_profile(*root, profile, diagnostics);

  yaml::Node chosen = *root;
  if (const yaml::Node* profile = profiles.find(overrides.profile)) {
    yaml::merge(chosen, *profile);
  } else if (!overrides.profile.empty()) {
    report_unknown_profile(overrides.profile, profiles, diagnostics);
  }
  apply_overrides(overrides, chosen, diagnostics);
  std::vector<Cell> cells = bind_cells(std::move(chosen), diagnostics);
  if (!diagnostics.empty()) return diagnostics.to_error();
  resolve_files(cells, source->name);
  return cells;
}

Result<Scenario> load_scenario(std::string text, std::string file_name,
                               const Overrides& overrides) {
  Result<std::vector<Cell>> cells = load_cells(std::move(text), std::move(file_name), overrides);
  if (!cells) return cells.error();
  return std::move(cells->front().scenario);
}

std::vector<std::string> profile_names(const std::string& text) {
  const auto source = std::make_shared<const yaml::Source>(yaml::Source{"", text});
  yaml::Diagnostics diagnostics;
  const std::optional<yaml::Node> root = yaml::parse_document(source, diagnostics);
  std::vector<std::string> names;
  if (!root) return names;
  for (const yaml::Node& profile : take_profiles(*root, diagnostics).children) {
    names.push_back(profile.key);
  }
  return names;
}

nlohmann::ordered_json expanded(const Scenario& scenario) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  yaml::dump(scenario, json);
  for (nlohmann::ordered_json& variant : json["variants"]) {
    // The address is the run's; a scenario may not hold one.
    if (variant.contains("remote_write")) variant["remote_write"].erase("url");
  }
  return json;
}

std::string scenario_hash(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  std::string out;
  for (const uint64_t half : {uint64_t{hash.high64}, uint64_t{hash.low64}}) {
    for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(half >> shift) & 0xf];
  }
  return out;
}

}  // namespace pushpull
