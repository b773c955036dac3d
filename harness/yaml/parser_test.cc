#include "harness/yaml/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pushpull::yaml {
namespace {

enum class Colour { kRed, kBlue };

struct Wheel {
  int64_t spokes = 32;
};

struct Bike {
  std::string name = "none";
  bool fast = false;
  int64_t gears = 1;
  int64_t price = 0;
  double weight = 1;
  double slope = 0;
  Duration ride;
  int64_t radio = 0;
  Colour colour = Colour::kRed;
  std::vector<std::string> tags;
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<std::pair<std::string, std::vector<std::string>>> params;
  Wheel front;
  std::optional<Wheel> spare;
  std::vector<Wheel> wheels;
  std::vector<std::pair<std::string, Wheel>> shop;
};

void bind(Fields& f, Wheel& w) {
  f.integer("spokes", w.spokes, {.doc = "number of spokes", .min = 1});
}

void bind(Fields& f, Bike& b) {
  f.string("name", b.name, {});
  f.boolean("fast", b.fast, {});
  f.integer("gears", b.gears, {.min = 1, .max = 30});
  f.count("price", b.price, {});
  f.number("weight", b.weight, {.min = 1});
  f.percent("slope", b.slope, {});
  f.duration("ride", b.ride, {.min = 1'000'000'000});
  f.bandwidth("radio", b.radio, {});
  f.choice("colour", b.colour, {{"red", Colour::kRed}, {"blue", Colour::kBlue}},
           {.otherwise = "paint comes later"});
  f.strings("tags", b.tags, {});
  f.string_map("labels", b.labels, {});
  f.string_lists("params", b.params, {});
  f.object("front", b.front, {});
  f.optional("spare", b.spare, {});
  f.list("wheels", b.wheels, {}, Wheel{.spokes = 28});
  f.map("shop", b.shop, {});
  f.ignored("bell");
  f.unsupported("engine", "motors are not supported");
  f.elsewhere("notes");
  if (b.gears > b.front.spokes) f.error("gears", "more gears than spokes");
  if (b.shop.size() > 1) f.error("shop.b.spokes", "one is enough");
}

struct Outcome {
  Bike bike;
  std::vector<std::string> ignored;
  std::vector<std::string> errors;  // without the quoted lines
};

Outcome read(std::string text) {
  const auto source = std::make_shared<const Source>(Source{"f", std::move(text)});
  Diagnostics diagnostics;
  Outcome outcome;
  const auto root = parse_document(source, diagnostics);
  if (root) outcome.ignored = parse(*root, outcome.bike, diagnostics);
  std::istringstream lines(diagnostics.to_string());
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("f:")) outcome.errors.push_back(line);
  }
  return outcome;
}

std::string error_of(std::string text) {
  const Outcome outcome = read(std::move(text));
  return outcome.errors.size() == 1 ? outcome.errors[0]
                                    : std::to_string(outcome.errors.size()) + " errors";
}

TEST(Parser, FillsEveryKindOfField) {
  const Outcome outcome = read(
      "name: 2.42\nfast: true\ngears: 21\nprice: 1.5k\nweight: 7.25\nslope: 12.5%\nride: 1h30m\n"
      "radio: 2Mbit/s\ncolour: blue\ntags: [a, \"b\"]\nlabels: {x: y, z: 1}\n"
      "params: {'match[]': [one, two]}\nfront: {spokes: 36}\nspare: {}\n"
      "wheels: [{spokes: 1}, {}]\nshop: {b: {spokes: 3}}\nbell: loud\nnotes: {any: thing}\n");
  EXPECT_THAT(outcome.errors, testing::IsEmpty());
  const Bike& bike = outcome.bike;
  EXPECT_EQ(bike.name, "2.42");
  EXPECT_TRUE(bike.fast);
  EXPECT_EQ(bike.gears, 21);
  EXPECT_EQ(bike.price, 1500);
  EXPECT_DOUBLE_EQ(bike.weight, 7.25);
  EXPECT_DOUBLE_EQ(bike.slope, 0.125);
  EXPECT_EQ(bike.ride, Duration::minutes(90));
  EXPECT_EQ(bike.radio, 2'000'000);
  EXPECT_EQ(bike.colour, Colour::kBlue);
  EXPECT_THAT(bike.tags, testing::ElementsAre("a", "b"));
  EXPECT_THAT(bike.labels, testing::ElementsAre(testing::Pair("x", "y"), testing::Pair("z", "1")));
  EXPECT_THAT(bike.params,
              testing::ElementsAre(testing::Pair("match[]", testing::ElementsAre("one", "two"))));
  EXPECT_EQ(bike.front.spokes, 36);
  EXPECT_EQ(bike.spare->spokes, 32);
  ASSERT_EQ(bike.wheels.size(), 2u);
  EXPECT_EQ(bike.wheels[1].spokes, 28);  // the prototype's
  EXPECT_EQ(bike.shop[0].first, "b");
  EXPECT_THAT(outcome.ignored, testing::ElementsAre("bell"));
}

TEST(Parser, WhatIsLeftOutKeepsItsDefault) {
  const Outcome outcome = read("");
  EXPECT_THAT(outcome.errors, testing::IsEmpty());
  EXPECT_EQ(outcome.bike.name, "none");
  EXPECT_FALSE(outcome.bike.spare.has_value());
}

TEST(Parser, UnknownKeysGetASuggestionWhereTheyStand) {
  EXPECT_EQ(error_of("front: {spoke: 3}\n"),
            "f:1:9: error: unknown key 'spoke' in front; did you mean 'spokes'?");
  EXPECT_EQ(error_of("wheels:\n- spokes: 1\n- zzz: 1\n"),
            "f:3:3: error: unknown key 'zzz' in wheels[1] (known: spokes)");
  EXPECT_EQ(error_of("nam: x\n"), "f:1:1: error: unknown key 'nam'; did you mean 'name'?");
}

TEST(Parser, WrongKindsAreNamed) {
  EXPECT_EQ(error_of("gears: [1]\n"), "f:1:1: error: gears: expected a whole number, not a list");
  EXPECT_EQ(error_of("ride:\n"),
            "f:1:1: error: ride: expected a duration such as 15s, not nothing");
  EXPECT_EQ(error_of("front: 3\n"), "f:1:8: error: front: expected a map, not a single value");
  EXPECT_EQ(error_of("wheels: {a: 1}\n"), "f:1:1: error: wheels: expected a list, not a map");
  EXPECT_EQ(error_of("gears: \"3\"\n"),
            "f:1:8: error: gears: expected a whole number: remove the quotes");
  EXPECT_EQ(error_of("params: {m: x}\n"),
            "f:1:13: error: params.m: expected a list, not a single value");
  EXPECT_EQ(error_of("tags: [a, {}]\n"), "f:1:11: error: tags[1]: expected a string, not a map");
  EXPECT_EQ(error_of("- a\n"), "f:1:1: error: expected a map of keys, not a list");
}

TEST(Parser, ValuesThatReadersDisagreeAboutAreRefused) {
  EXPECT_EQ(error_of("gears: 010\n"),
            "f:1:8: error: gears: '010' has a leading zero, which some readers take for octal");
  EXPECT_EQ(error_of("price: 010\n"),
            "f:1:8: error: price: '010' has a leading zero, which some readers take for octal");
  EXPECT_EQ(error_of("gears: 1e1\n"), "f:1:8: error: gears: '1e1' is not a whole number");
  EXPECT_EQ(error_of("fast: yes\n"), "f:1:7: error: fast: 'yes' is not true or false");
  EXPECT_EQ(error_of("weight: .nan\n"), "f:1:9: error: weight: '.nan' is not a number");
  EXPECT_EQ(error_of("weight: nan\n"), "f:1:9: error: weight: 'nan' is not a number");
}

TEST(Parser, UnitsAreRequiredAndLimitsHeld) {
  EXPECT_EQ(error_of("ride: 15\n"),
            "f:1:7: error: ride: duration '15' needs a unit; did you mean '15s'?");
  EXPECT_EQ(error_of("ride: 10ms\n"), "f:1:7: error: ride: '10ms' is below the minimum of 1s");
  EXPECT_EQ(error_of("gears: 31\n"), "f:1:8: error: gears: '31' is above the maximum of 30");
  EXPECT_EQ(error_of("gears: 99999999999999999999\n"),
            "f:1:8: error: gears: '99999999999999999999' is too large");
  EXPECT_EQ(error_of("colour: pink\n"),
            "f:1:9: error: colour: 'pink' is not one of 'red', 'blue'; paint comes later");
}

TEST(Parser, UnsupportedKeysAreErrorsAtTheKey) {
  EXPECT_EQ(error_of("engine: {}\n"), "f:1:1: error: engine: motors are not supported");
}

TEST(Parser, ChecksBetweenFieldsPointAtTheirPath) {
  EXPECT_EQ(error_of("gears: 3\nfront: {spokes: 2}\n"),
            "f:1:8: error: gears: more gears than spokes");
  EXPECT_EQ(error_of("shop: {a: {}, b: {spokes: 4}}\n"),
            "f:1:27: error: shop.b.spokes: one is enough");
  // The deepest part that exists.
  EXPECT_EQ(error_of("shop: {a: {}, b: {}}\n"), "f:1:15: error: shop.b.spokes: one is enough");
}

TEST(Parser, AValueInErrorIsNotJudgedTwice) {
  // b.spokes is below its minimum, and the check between fields would blame it once more.
  EXPECT_EQ(error_of("shop: {a: {}, b: {spokes: 0}}\n"),
            "f:1:27: error: shop.b.spokes: '0' is below the minimum of 1");
}

TEST(Parser, ReportsEverythingAtOnce) {
  EXPECT_THAT(read("nam: x\ngears: 0\nwheels: [{spokes: 0}]\n").errors, testing::SizeIs(3));
}

struct Strict {
  std::string id;
};
void bind(Fields& f, Strict& s) { f.string("id", s.id, {.doc = "who it is", .required = true}); }

TEST(Parser, MissingKeysAreReportedAtTheStruct) {
  const auto source = std::make_shared<const Source>(Source{"f", "{}"});
  Diagnostics diagnostics;
  const auto root = parse_document(source, diagnostics);
  Strict strict;
  parse(*root, strict, diagnostics);
  EXPECT_EQ(diagnostics.to_string(), "f:1:1: error: missing key 'id' (who it is)\n  {}\n  ^");
}

}  // namespace
}  // namespace pushpull::yaml
