#include "harness/relabel/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/relabel/rules_for_test.h"
#include "harness/yaml/dumper.h"

namespace pushpull {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string errors(const std::string& rule, const RelabelDialect& dialect = {}) {
  return parse_rules("- " + rule, dialect).errors;
}

TEST(RelabelConfig, DefaultsAreAReplaceOfEverything) {
  const RelabelConfig rule = parse_rules("- {target_label: x}").rules.at(0);
  EXPECT_EQ(rule.action, RelabelAction::kReplace);
  EXPECT_EQ(rule.separator, ";");
  EXPECT_EQ(rule.regex, "(.*)");
  EXPECT_EQ(rule.replacement, "$1");
  EXPECT_TRUE(rule.source_labels.empty());
}

TEST(RelabelConfig, ReadsEveryKey) {
  const RulesForTest parsed = parse_rules(R"(
- source_labels: [a, b]
  separator: "|"
  regex: 5
  modulus: 3
  target_label: c
  replacement: d
  action: HashMod
)");
  EXPECT_EQ(parsed.errors, "");
  const RelabelConfig& rule = parsed.rules.at(0);
  EXPECT_THAT(rule.source_labels, ElementsAre("a", "b"));
  EXPECT_EQ(rule.separator, "|");
  EXPECT_EQ(rule.regex, "5");
  EXPECT_EQ(rule.modulus, 3);
  EXPECT_EQ(rule.target_label, "c");
  EXPECT_EQ(rule.replacement, "d");
  EXPECT_EQ(rule.action, RelabelAction::kHashMod) << "in any case";
}

TEST(RelabelConfig, ErrorsSayWhereAndWhat) {
  EXPECT_THAT(errors("{action: kep}"), HasSubstr("test.yml:2:12: error: rules[0].action: unknown"));
  EXPECT_THAT(errors("{action: ''}"), HasSubstr("cannot be empty"));
  EXPECT_THAT(errors("{target_label: a, regex: '('}"), HasSubstr("missing )"));
  EXPECT_THAT(errors("{target_label: a, regexp: x}"), HasSubstr("did you mean 'regex'"));
  EXPECT_THAT(errors("{source_labels: [a, ''], action: drop}"),
              HasSubstr("source_labels[1]: '' is not a valid label name"));
}

TEST(RelabelConfig, SomeActionsNeedATarget) {
  for (const char* action :
       {"replace", "hashmod", "lowercase", "uppercase", "keepequal", "dropequal"}) {
    EXPECT_THAT(errors("{modulus: 0, action: " + std::string(action) + "}"),
                HasSubstr("requires 'target_label'"));
  }
  for (const char* action : {"keep", "drop", "labelmap", "labeldrop", "labelkeep"}) {
    EXPECT_EQ(errors("{action: " + std::string(action) + "}"), "");
  }
}

TEST(RelabelConfig, HashModNeedsAModulus) {
  EXPECT_THAT(errors("{action: hashmod, target_label: a}"), HasSubstr("'modulus' above zero"));
  EXPECT_THAT(errors("{action: hashmod, target_label: a, modulus: -1}"), HasSubstr("minimum"));
}

TEST(RelabelConfig, ActionsRefuseKeysTheyDoNotRead) {
  EXPECT_THAT(errors("{action: lowercase, target_label: a, replacement: x}"),
              HasSubstr("can not be set for the lowercase action"));
  for (const char* key : {"regex: (.*)", "modulus: 1", "separator: ','", "replacement: x"}) {
    const std::string rule = "{action: keepequal, target_label: a, " + std::string(key) + "}";
    EXPECT_THAT(errors(rule), HasSubstr("requires only")) << key;
  }
  for (const char* key :
       {"source_labels: []", "target_label: a", "modulus: 1", "separator: ','", "replacement: x"}) {
    const std::string rule = "{action: labeldrop, " + std::string(key) + "}";
    EXPECT_THAT(errors(rule), HasSubstr("requires only 'regex'")) << key;
  }
}

TEST(RelabelConfig, DefaultsMayBeWrittenOut) {
  EXPECT_EQ(errors("{action: labelkeep, regex: x, separator: ;, replacement: $1, modulus: 0}"), "");
  EXPECT_EQ(errors("{action: uppercase, target_label: x, replacement: $1}"), "");
}

// Prometheus's own table of templates (model/relabel/relabel_test.go).
TEST(RelabelConfig, TemplatesAreIdentifiersBeforeUtf8) {
  const auto legal = [](const std::string& text) {
    return errors("{target_label: '" + text + "'}", old_dialect()).empty();
  };
  for (const char* text :
       {"label", "label${1}", "${1}label", "${1}", "$1", "asd$2asd", "_${1}_", "foo${bar}foo"}) {
    EXPECT_TRUE(legal(text)) << text;
  }
  for (const char* text : {"-label", "${", "$", "${}", "foo${", "-foo${1}bar-", "bar.foo${1}bar"}) {
    EXPECT_FALSE(legal(text)) << text;
    EXPECT_EQ(errors("{target_label: '" + std::string(text) + "'}"), "") << "since 3.2 " << text;
  }
}

TEST(RelabelConfig, OnlyReplaceTakesTemplatesBetween250And30) {
  RelabelDialect dialect = old_dialect();
  EXPECT_EQ(errors("{action: lowercase, target_label: $1}", dialect), "");
  dialect.removes_expanded_target = true;
  EXPECT_THAT(errors("{action: lowercase, target_label: $1}", dialect), HasSubstr("invalid"));
  EXPECT_THAT(errors("{action: hashmod, modulus: 1, target_label: $1}", dialect),
              HasSubstr("invalid"));
  EXPECT_THAT(errors("{action: labelmap, replacement: a-$1}", dialect),
              HasSubstr("invalid 'replacement'"));
  EXPECT_EQ(errors("{action: labelmap, replacement: a_$1}", dialect), "");
}

TEST(RelabelConfig, WritesWhatItReadsBack) {
  const char* text = R"(
- {action: labeldrop, regex: x.*}
- {action: keepequal, source_labels: [a], target_label: b}
- {action: hashmod, source_labels: [a], target_label: b, modulus: 8}
- {action: labelmap, regex: (x), replacement: y_$1}
- {source_labels: [a, b], separator: "", target_label: c, replacement: ""}
)";
  RulesForTest parsed = parse_rules(text);
  ASSERT_EQ(parsed.errors, "");
  auto out = nlohmann::ordered_json::object();
  yaml::Dumper dumper(out);
  bind(dumper, parsed);
  EXPECT_EQ(out["rules"][0].dump(), R"({"regex":"x.*","action":"labeldrop"})");
  const std::string again = yaml::to_yaml(out);
  const RulesForTest read = parse_rules(again.substr(again.find('\n') + 1));
  EXPECT_EQ(read.errors, "");
  ASSERT_EQ(read.rules.size(), parsed.rules.size());
  for (size_t i = 0; i < read.rules.size(); ++i) {
    EXPECT_EQ(read.rules[i].action, parsed.rules[i].action);
    EXPECT_EQ(read.rules[i].regex, parsed.rules[i].regex);
    EXPECT_EQ(read.rules[i].separator, parsed.rules[i].separator);
    EXPECT_EQ(read.rules[i].target_label, parsed.rules[i].target_label);
    EXPECT_EQ(read.rules[i].replacement, parsed.rules[i].replacement);
    EXPECT_EQ(read.rules[i].modulus, parsed.rules[i].modulus);
  }
}

}  // namespace
}  // namespace pushpull
