#include "harness/yaml/schema.h"

#include <gtest/gtest.h>

namespace pushpull::yaml {
namespace {

using Json = nlohmann::ordered_json;

enum class Kind { kStop, kSlow };

// Some fields are there for one kind only, as the parameters of faults are.
struct Event {
  std::string name;
  Kind kind = Kind::kStop;
  Duration wait = Duration::seconds(1);
};

void bind(Fields& f, Event& e) {
  f.string("name", e.name, {.doc = "of it", .required = true});
  f.choice("kind", e.kind, {{"stop", Kind::kStop}, {"slow", Kind::kSlow}}, {});
  if (e.kind == Kind::kSlow) f.duration("wait", e.wait, {.min = 1, .required = true});
}

// A name, or a map in its place.
struct Driver {
  std::string name = "nobody";
  std::optional<Event> hired;
};

void bind(Fields& f, Driver& d) {
  const auto form = f.form_of("driver", d.hired ? Fields::Form::kMap : Fields::Form::kName);
  if (form != Fields::Form::kMap) {
    f.string("driver", d.name, {.doc = "who drives", .choices = {"nobody", "me"}});
  }
  if (form == Fields::Form::kName) return;
  if (!d.hired) d.hired.emplace();
  f.object("driver", *d.hired, {.doc = "somebody else"});
}

struct Plan {
  bool fast = false;
  int64_t gears = 3;
  int64_t price = 1500;
  double weight = 1.5;
  double slope = 0;
  Duration ride = Duration::minutes(90);
  int64_t radio = 0;
  std::string release = "3.5";
  std::vector<std::string> tags;
  std::vector<std::pair<std::string, std::string>> labels;
  Event first;
  std::optional<Event> spare;
  std::vector<Event> events;
  std::vector<std::pair<std::string, Event>> named;
};

void bind(Fields& f, Plan& p) {
  f.boolean("fast", p.fast, {.doc = "or slow"});
  f.integer("gears", p.gears, {.min = 1, .max = 30});
  f.count("price", p.price, {});
  f.number("weight", p.weight, {});
  f.percent("slope", p.slope, {});
  f.duration("ride", p.ride, {});
  f.bandwidth("radio", p.radio, {});
  f.string("release", p.release, {.choices = {"2.42", "3.5"}});
  f.strings("tags", p.tags, {});
  f.string_map("labels", p.labels, {});
  f.object("first", p.first, {.required = true});
  f.optional("spare", p.spare, {});
  f.list("events", p.events, {});
  f.map("named", p.named, {});
  f.ignored("bell");
  f.unsupported("engine", "no motors");
  f.elsewhere("notes");
}

Json property(const char* name) {
  static const Json schema = schema_of(Plan(), {{"notes", {{"type", "string"}}}});
  return schema["properties"].value(name, Json());
}

TEST(Schema, DescribesEveryKindOfField) {
  EXPECT_EQ(property("fast"),
            Json({{"type", "boolean"}, {"default", false}, {"description", "or slow"}}));
  EXPECT_EQ(property("gears"),
            Json({{"type", "integer"}, {"default", 3}, {"minimum", 1}, {"maximum", 30}}));
  EXPECT_EQ(property("price"), Json({{"type", {"integer", "string"}},
                                     {"pattern", "^[0-9]+(\\.[0-9]+)?[kMG]?$"},
                                     {"default", 1500},
                                     {"minimum", 0}}));
  EXPECT_EQ(property("weight"), Json({{"type", "number"}, {"default", 1.5}}));
  EXPECT_EQ(property("slope"), Json({{"type", "string"}, {"pattern", "^[0-9]+(\\.[0-9]+)?%$"}}));
  EXPECT_EQ(property("ride")["anyOf"][0]["default"], "1h30m");
  EXPECT_EQ(property("ride")["anyOf"][1], Json({{"enum", {0, "0"}}}));
  EXPECT_EQ(property("radio")["default"], "unlimited");
  EXPECT_EQ(property("tags")["items"], scalar_schema());
  EXPECT_EQ(property("labels")["additionalProperties"], scalar_schema());
  EXPECT_EQ(property("notes"), Json({{"type", "string"}}));
}

TEST(Schema, ChoicesThatReadersTakeForNumbersMayBeNumbers) {
  EXPECT_EQ(property("release"), Json({{"enum", {"2.42", 2.42, "3.5", 3.5}}, {"default", "3.5"}}));
}

TEST(Schema, KnowsAllKeysAndNoOthers) {
  const Json schema = schema_of(Plan());
  EXPECT_EQ(schema["additionalProperties"], false);
  EXPECT_EQ(schema["required"], Json({"first"}));
  EXPECT_TRUE(schema["properties"].contains("bell"));
  EXPECT_FALSE(schema["properties"].contains("engine"));
}

TEST(Schema, ItemsHaveTheFieldsOfEveryKindAndRequireThoseOfAll) {
  for (const Json& item :
       {property("events")["items"], property("named")["additionalProperties"]}) {
    EXPECT_TRUE(item["properties"].contains("wait"));
    EXPECT_FALSE(item["properties"]["wait"].contains("anyOf"));
    EXPECT_EQ(item["properties"]["kind"]["enum"], Json({"stop", "slow"}));
    EXPECT_EQ(item["required"], Json({"name"}));
    EXPECT_EQ(item["additionalProperties"], false);
  }
}

TEST(Schema, ObjectsAreBoundOnce) {
  EXPECT_FALSE(property("first")["properties"].contains("wait"));  // its kind is `stop`
  EXPECT_TRUE(property("spare")["properties"].contains("name"));
}

TEST(Schema, ANameOrAMapIsEither) {
  const Json driver = schema_of(Driver())["properties"]["driver"];
  ASSERT_EQ(driver["anyOf"].size(), 2u);
  EXPECT_EQ(driver["anyOf"][0]["enum"], Json({"nobody", "me"}));
  EXPECT_EQ(driver["anyOf"][1]["description"], "somebody else");
  EXPECT_TRUE(driver["anyOf"][1]["properties"].contains("kind"));
  EXPECT_EQ(driver["anyOf"][1]["required"], Json({"name"}));
  EXPECT_FALSE(driver.contains("properties"));
}

struct Door {
  Secret key{"hunter2"};
  std::vector<std::pair<std::string, Secret>> users{{"me", Secret("hunter2")}};
};
void bind(Fields& f, Door& door) {
  f.secret("key", door.key, {.doc = "opens it"});
  f.secret_map("users", door.users, {});
}

TEST(Schema, SecretsHaveNoDefault) {
  const Json schema = schema_of(Door());
  EXPECT_EQ(schema.dump().find("hunter2"), std::string::npos);
  EXPECT_EQ(schema["properties"]["key"]["description"], "opens it");
  EXPECT_EQ(schema["properties"]["users"]["additionalProperties"], scalar_schema());
}

}  // namespace
}  // namespace pushpull::yaml
