#include "harness/scenario/load.h"

#include <xxhash.h>

#include <memory>
#include <nlohmann/json.hpp>

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

Scenario check(const yaml::Node& root, const yaml::Node* profile, yaml::Diagnostics& diagnostics) {
  yaml::Node merged = root;
  if (profile != nullptr) yaml::merge(merged, *profile);
  Scenario scenario;
  scenario.ignored_keys = yaml::parse(merged, scenario, diagnostics);
  return scenario;
}

}  // namespace

Result<Scenario> load_scenario(std::string text, std::string file_name,
                               const Overrides& overrides) {
  const auto source =
      std::make_shared<const yaml::Source>(yaml::Source{std::move(file_name), std::move(text)});
  yaml::Diagnostics diagnostics;
  const std::optional<yaml::Node> root = yaml::parse_document(source, diagnostics);
  if (!root || !check_version(*root, diagnostics)) return diagnostics.to_error();

  const yaml::Node profiles = take_profiles(*root, diagnostics);
  check(*root, nullptr, diagnostics);
  for (const yaml::Node& profile : profiles.children) check(*root, &profile, diagnostics);

  yaml::Node chosen = *root;
  if (const yaml::Node* profile = profiles.find(overrides.profile)) {
    yaml::merge(chosen, *profile);
  } else if (!overrides.profile.empty()) {
    report_unknown_profile(overrides.profile, profiles, diagnostics);
  }
  apply_overrides(overrides, chosen, diagnostics);
  Scenario scenario = check(chosen, nullptr, diagnostics);
  if (!diagnostics.empty()) return diagnostics.to_error();
  return scenario;
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
