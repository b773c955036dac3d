#include "harness/yaml/schema.h"

#include <algorithm>
#include <limits>

#include "harness/base/check.h"
#include "harness/base/units.h"

namespace pushpull::yaml {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kCount = "^[0-9]+(\\.[0-9]+)?[kMG]?$";
constexpr const char* kPercent = "^[0-9]+(\\.[0-9]+)?%$";
constexpr const char* kDuration = "^([0-9]+(\\.[0-9]+)?(y|w|d|h|ms|m|s|us|ns))+$";
constexpr const char* kBandwidth = "^(unlimited|[0-9]+(\\.[0-9]+)?[kMG]?bit/s)$";

// What a null means, too: an empty map.
Json object_schema() {
  return {{"type", {"object", "null"}},
          {"properties", Json::object()},
          {"additionalProperties", false}};
}

Json list_schema(Json items) { return {{"type", {"array", "null"}}, {"items", std::move(items)}}; }

Json map_schema(Json values) {
  return {{"type", {"object", "null"}}, {"additionalProperties", std::move(values)}};
}

void limit(Json& schema, const FieldInfo& info) {
  if (info.min != std::numeric_limits<int64_t>::min()) schema["minimum"] = info.min;
  if (info.max != std::numeric_limits<int64_t>::max()) schema["maximum"] = info.max;
}

// A choice that readers take for a number, such as 3.5, is one to them.
void add_choice(Json& allowed, std::string_view choice) {
  allowed.push_back(choice);
  const Json number = Json::parse(choice, nullptr, /*allow_exceptions=*/false);
  if (number.is_number()) allowed.push_back(number);
}

}  // namespace

Json scalar_schema() { return {{"type", {"string", "number", "boolean"}}}; }

SchemaWriter::SchemaWriter(Json& out, const std::map<std::string, Json>& elsewhere)
    : elsewhere_(elsewhere) {
  out.update(object_schema());
  stack_.push_back(Frame{&out});
}

void SchemaWriter::finish() {
  CHECK(stack_.size() == 1);
  note_required(top());
}

void SchemaWriter::put(std::string_view key, Json schema, const FieldInfo& info) {
  open(key, std::move(schema), info);
}

Json& SchemaWriter::open(std::string_view key, Json schema, const FieldInfo& info) {
  if (*info.doc != '\0') schema["description"] = info.doc;
  if (info.required) {
    top().required.insert(std::string(key));
    schema.erase("default");
  }
  Json& properties = (*top().schema)["properties"];
  Json& known = properties[std::string(key)];
  if (known.is_null()) {
    known = std::move(schema);
  } else if (known.contains("anyOf")) {
    Json& forms = known["anyOf"];
    const auto same = std::ranges::find(forms, schema);
    if (same != forms.end()) return *same;
    forms.push_back(std::move(schema));
    return forms.back();
  } else if (!known.contains("properties") && !known.contains("items") &&
             !known.contains("additionalProperties") && known != schema) {
    known = {{"anyOf", {known, schema}}};
    return known["anyOf"].back();
  }
  return known;
}

void SchemaWriter::boolean(std::string_view key, bool& value, const FieldInfo& info) {
  put(key, {{"type", "boolean"}, {"default", value}}, info);
}

void SchemaWriter::integer(std::string_view key, int64_t& value, const FieldInfo& info) {
  Json schema = {{"type", "integer"}, {"default", value}};
  limit(schema, info);
  put(key, std::move(schema), info);
}

void SchemaWriter::count(std::string_view key, int64_t& value, const FieldInfo& info) {
  FieldInfo limits = info;
  limits.min = std::max<int64_t>(limits.min, 0);
  Json schema = {{"type", {"integer", "string"}}, {"pattern", kCount}, {"default", value}};
  limit(schema, limits);
  put(key, std::move(schema), info);
}

void SchemaWriter::number(std::string_view key, double& value, const FieldInfo& info) {
  Json schema = {{"type", "number"}, {"default", value}};
  limit(schema, info);
  put(key, std::move(schema), info);
}

void SchemaWriter::percent(std::string_view key, double&, const FieldInfo& info) {
  put(key, {{"type", "string"}, {"pattern", kPercent}}, info);
}

void SchemaWriter::duration(std::string_view key, Duration& value, const FieldInfo& info) {
  Json schema = {{"type", "string"}, {"pattern", kDuration}, {"default", format_duration(value)}};
  if (info.min <= 0) {
    // 0 needs no unit.
    schema = {{"anyOf", {schema, {{"enum", {0, "0"}}}}}};
  }
  put(key, std::move(schema), info);
}

void SchemaWriter::bandwidth(std::string_view key, int64_t& value, const FieldInfo& info) {
  put(key,
      {{"type", "string"},
       {"pattern", kBandwidth},
       {"default", value == 0 ? "unlimited" : format_bandwidth(value)}},
      info);
}

void SchemaWriter::string(std::string_view key, std::string& value, const FieldInfo& info) {
  Json schema = scalar_schema();
  if (!info.choices.empty()) {
    schema = {{"enum", Json::array()}};
    for (const std::string_view choice : info.choices) add_choice(schema["enum"], choice);
  }
  if (!value.empty()) schema["default"] = value;
  put(key, std::move(schema), info);
  if (top().in_item && !info.choices.empty()) {
    CHECK(info.choices.size() <= kPasses) << std::string(key);
    value = info.choices[top().pass % info.choices.size()];
  }
}

void SchemaWriter::strings(std::string_view key, std::vector<std::string>&, const FieldInfo& info) {
  put(key, list_schema(scalar_schema()), info);
}

void SchemaWriter::string_map(std::string_view key,
                              std::vector<std::pair<std::string, std::string>>&,
                              const FieldInfo& info) {
  put(key, map_schema(scalar_schema()), info);
}

// A default would be a secret.
void SchemaWriter::secret(std::string_view key, Secret&, const FieldInfo& info) {
  put(key, scalar_schema(), info);
}

void SchemaWriter::secret_map(std::string_view key, std::vector<std::pair<std::string, Secret>>&,
                              const FieldInfo& info) {
  put(key, map_schema(scalar_schema()), info);
}

void SchemaWriter::string_lists(std::string_view key,
                                std::vector<std::pair<std::string, std::vector<std::string>>>&,
                                const FieldInfo& info) {
  put(key, map_schema(list_schema(scalar_schema())), info);
}

void SchemaWriter::ignored(std::string_view key) {
  put(key, Json::object(), {.doc = "accepted, and changes nothing that is shipped"});
}

void SchemaWriter::elsewhere(std::string_view key) {
  const auto found = elsewhere_.find(std::string(key));
  put(key, found == elsewhere_.end() ? Json::object() : found->second, {});
}

bool SchemaWriter::enter(std::string_view key, const FieldInfo& info) {
  Json& schema = open(key, object_schema(), info);
  stack_.push_back(Frame{&schema, top().pass, top().in_item});
  return true;
}

size_t SchemaWriter::enter_list(std::string_view key, size_t, const FieldInfo& info) {
  Json& schema = open(key, list_schema(object_schema()), info);
  stack_.push_back(Frame{&schema, 0, true, true});
  return kPasses;
}

bool SchemaWriter::enter_item(size_t i) {
  stack_.push_back(Frame{&(*top().schema)["items"], i, true});
  return true;
}

bool SchemaWriter::enter_map(std::string_view key, std::vector<std::string>& keys,
                             const FieldInfo& info) {
  Json& schema = open(key, map_schema(object_schema()), info);
  stack_.push_back(Frame{&schema, 0, true, true});
  keys.clear();
  for (size_t i = 0; i < kPasses; ++i) keys.push_back(std::to_string(i));
  return true;
}

bool SchemaWriter::enter_entry(std::string_view name) {
  stack_.push_back(Frame{&(*top().schema)["additionalProperties"],
                         static_cast<size_t>(std::stoul(std::string(name))), true});
  return true;
}

void SchemaWriter::leave() {
  if (!top().container) note_required(top());
  stack_.pop_back();
}

// Required is what is so in every pass.
void SchemaWriter::note_required(Frame& frame) {
  Json& schema = *frame.schema;
  Json list = Json::array();
  for (const std::string& key : frame.required) {
    const bool before = frame.pass == 0 || std::ranges::count(schema["required"], Json(key)) > 0;
    if (before) list.push_back(key);
  }
  schema["required"] = std::move(list);
}

}  // namespace pushpull::yaml
