#include "harness/scenario/schema.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/yaml/document.h"

namespace pushpull {
namespace {

using Json = nlohmann::ordered_json;

// What validates files with it is tools/tests/test_schema.py.
TEST(ScenarioSchema, TheShippedFileIsTheGeneratedOne) {
  const std::string path = std::string(PUSHPULL_SCENARIOS) + "/schema/scenario.schema.json";
  EXPECT_EQ(yaml::read_text_file(path).value(), scenario_schema_text())
      << "if this change is meant: pushpull schema > scenarios/schema/scenario.schema.json";
}

TEST(ScenarioSchema, ReachesTheKeysOfPrometheus) {
  const Json schema = scenario_schema();
  const Json& variant = schema["properties"]["variants"]["additionalProperties"]["properties"];
  const Json& queue = variant["remote_write"]["properties"]["queue_config"]["properties"];
  EXPECT_EQ(queue["max_samples_per_send"]["type"], "integer");
  EXPECT_EQ(queue["max_samples_per_send"]["default"], 2000);
  EXPECT_TRUE(variant["federate"]["properties"].contains("params"));
  EXPECT_FALSE(variant["federate"]["properties"].contains("job_name"));
}

TEST(ScenarioSchema, ProfilesArePartsOfScenarios) {
  const Json schema = scenario_schema();
  EXPECT_EQ(schema["properties"]["profiles"]["additionalProperties"]["$ref"], "#/$defs/overlay");
  const Json& overlay = schema["$defs"]["overlay"];
  EXPECT_FALSE(overlay.contains("required"));
  EXPECT_FALSE(overlay["properties"].contains("profiles"));
  EXPECT_TRUE(overlay["properties"]["timeline"]["items"].contains("required"));  // lists replace
  EXPECT_TRUE(schema["properties"]["timeline"]["items"].contains("required"));
}

}  // namespace
}  // namespace pushpull
