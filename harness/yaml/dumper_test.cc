#include "harness/yaml/dumper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/yaml/parser.h"

namespace pushpull::yaml {
namespace {

struct Inner {
  int64_t n = 1;
  std::vector<std::pair<std::string, std::vector<std::string>>> params;
};

struct Outer {
  std::string text = "plain";
  bool on = true;
  int64_t many = 100'000;
  double ratio = 0.25;
  double share = 0.001;
  Duration wait = Duration::seconds(90);
  int64_t rate = 0;
  std::vector<std::string> words;
  std::vector<std::pair<std::string, std::string>> labels;
  std::optional<Inner> absent;
  std::vector<Inner> list;
  std::vector<std::pair<std::string, Inner>> map;
};

void bind(Fields& f, Inner& i) {
  f.integer("size", i.n, {});
  f.string_lists("params", i.params, {});
}

void bind(Fields& f, Outer& o) {
  f.string("text", o.text, {});
  f.boolean("enabled", o.on, {});
  f.count("many", o.many, {});
  f.number("ratio", o.ratio, {});
  f.percent("share", o.share, {});
  f.duration("wait", o.wait, {});
  f.bandwidth("rate", o.rate, {});
  f.strings("words", o.words, {});
  f.string_map("labels", o.labels, {});
  f.optional("absent", o.absent, {});
  f.list("list", o.list, {});
  f.map("map", o.map, {});
}

std::string yaml_of(const Outer& outer) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  dump(outer, json);
  return to_yaml(json);
}

Outer full() {
  Outer outer;
  outer.text = "a: \"b\"\n# c";
  outer.rate = 200'000'000;
  outer.words = {"yes",    "2.42", "0x1F", "1e5", "",  " lead",
                 "trail ", "-",    "null", "15s", "~", "on"};
  outer.labels = {{"job", "bench"}, {"odd key", "{x}"}};
  outer.list = {Inner{}, Inner{2, {{"match[]", {"{job=~\".+\"}"}}}}};
  outer.map = {{"push-v2", Inner{}}};
  return outer;
}

TEST(Dumper, WritesEveryDefault) {
  EXPECT_EQ(yaml_of(Outer()),
            "text: plain\n"
            "enabled: true\n"
            "many: 100000\n"
            "ratio: 0.25\n"
            "share: 0.1%\n"
            "wait: 1m30s\n"
            "rate: unlimited\n"
            "words: []\n"
            "labels: {}\n"
            "list: []\n"
            "map: {}\n");
}

TEST(Dumper, NestsInBlockStyleAndQuotesWhatIsAmbiguous) {
  Outer outer;
  outer.words = {"yes", "2.42", "15s", "http://x"};
  outer.list = {Inner{2, {{"match[]", {"{job=~\".+\"}"}}}}};
  outer.map = {{"push-v2", Inner{}}};
  EXPECT_THAT(yaml_of(outer), testing::HasSubstr("words:\n"
                                                 "  - \"yes\"\n"
                                                 "  - \"2.42\"\n"
                                                 "  - 15s\n"
                                                 "  - \"http://x\"\n"
                                                 "labels: {}\n"
                                                 "list:\n"
                                                 "  - size: 2\n"
                                                 "    params:\n"
                                                 "      \"match[]\":\n"
                                                 "        - \"{job=~\\\".+\\\"}\"\n"
                                                 "map:\n"
                                                 "  push-v2:\n"
                                                 "    size: 1\n"
                                                 "    params: {}\n"));
}

TEST(Dumper, WhatItWritesTheParserReadsBack) {
  const std::string text = yaml_of(full());
  Diagnostics diagnostics;
  const auto root = parse_document(std::make_shared<const Source>(Source{"f", text}), diagnostics);
  ASSERT_TRUE(root.has_value()) << diagnostics.to_string();
  Outer back;
  back.text = "overwritten";
  parse(*root, back, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.to_string();
  EXPECT_EQ(yaml_of(back), text);
  EXPECT_EQ(back.text, full().text);
  EXPECT_EQ(back.words, full().words);
  EXPECT_EQ(back.labels, full().labels);
  EXPECT_EQ(back.list[1].params, full().list[1].params);
  EXPECT_EQ(back.rate, full().rate);
}

TEST(Dumper, PercentagesSurvive) {
  for (const double share : {0.0, 0.001, 0.1, 1.0 / 3, 1.0, 0.07}) {
    Outer outer;
    outer.share = share;
    Diagnostics diagnostics;
    const auto root =
        parse_document(std::make_shared<const Source>(Source{"f", yaml_of(outer)}), diagnostics);
    Outer back;
    parse(*root, back, diagnostics);
    EXPECT_TRUE(diagnostics.empty());
    EXPECT_NEAR(back.share, share, 1e-12);
  }
}

}  // namespace
}  // namespace pushpull::yaml
