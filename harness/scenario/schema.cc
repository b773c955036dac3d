#include "harness/scenario/schema.h"

#include <map>
#include <nlohmann/json.hpp>

#include "harness/scenario/scenario.h"
#include "harness/yaml/schema.h"

namespace pushpull {
namespace {

using Json = nlohmann::ordered_json;

Json matrix_schema() {
  const Json exclusion = {
      {"type", "object"}, {"minProperties", 1}, {"additionalProperties", yaml::scalar_schema()}};
  return {{"description", "paths that are swept, each over a list of values; null is no axis"},
          {"type", {"object", "null"}},
          {"properties",
           {{"exclude",
             {{"description", "cells left out: those that agree with all pairs of an entry"},
              {"type", {"array", "null"}},
              {"items", exclusion}}}}},
          {"additionalProperties",
           {{"type", {"array", "null"}},
            {"minItems", 1},
            {"uniqueItems", true},
            {"items", yaml::scalar_schema()}}}};
}

// Of a part of a scenario: nothing is required, except in lists, which replace others as a whole.
Json partial(Json schema) {
  schema.erase("required");
  for (auto& [key, value] : schema.items()) {
    if (value.is_object() && key != "items") value = partial(value);
  }
  return schema;
}

}  // namespace

Json scenario_schema() {
  const std::map<std::string, Json> elsewhere = {
      {"matrix", matrix_schema()},
      {"profiles",
       {{"description", "overlays by name: maps merge, everything else replaces"},
        {"type", {"object", "null"}},
        {"additionalProperties", {{"$ref", "#/$defs/overlay"}}}}}};
  const Json scenario = yaml::schema_of(Scenario(), elsewhere);
  Json overlay = partial(scenario);
  overlay["properties"].erase("profiles");
  overlay["type"] = "object";
  Json out = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "pushpull scenario"}};
  out.update(scenario);
  out["type"] = "object";
  out["$defs"] = {{"overlay", std::move(overlay)}};
  return out;
}

std::string scenario_schema_text() { return scenario_schema().dump(1) + "\n"; }

}  // namespace pushpull
