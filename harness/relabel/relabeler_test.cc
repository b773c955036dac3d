#include "harness/relabel/relabeler.h"

#include <gtest/gtest.h>

#include <optional>

#include "harness/relabel/rules_for_test.h"

namespace pushpull {
namespace {

const std::optional<Labels> kDropped;
const Labels kAbc = {{"a", "foo"}, {"b", "bar"}, {"c", "baz"}};

std::optional<Labels> relabelled(Labels labels, const std::string& rules,
                                 const RelabelDialect& dialect = {}) {
  const RulesForTest parsed = parse_rules(rules, dialect);
  EXPECT_EQ(parsed.errors, "");
  if (!Relabeler(parsed.rules).apply(labels)) return std::nullopt;
  return labels;
}

Labels with(Labels labels, std::string_view name, std::string_view value) {
  labels.set(name, value);
  return labels;
}

TEST(Relabeler, NoRulesKeepEverything) {
  Labels labels = kAbc;
  EXPECT_TRUE(Relabeler().apply(labels));
  EXPECT_EQ(labels, kAbc);
  EXPECT_TRUE(Relabeler().empty());
}

// From here on most vectors are Prometheus's own (model/relabel/relabel_test.go).
TEST(Relabeler, ReplaceExpandsGroups) {
  EXPECT_EQ(relabelled(kAbc,
                       "- {source_labels: [a], regex: f(.*), target_label: d,"
                       " replacement: 'ch${1}-ch${1}'}"),
            with(kAbc, "d", "choo-choo"));
  EXPECT_EQ(relabelled({{"a", "abc"}}, "- {source_labels: [a], regex: .*(b).*, target_label: d}"),
            Labels({{"a", "abc"}, {"d", "b"}}));
}

TEST(Relabeler, RulesSeeWhatEarlierOnesMade) {
  EXPECT_EQ(relabelled(kAbc, R"(
- {source_labels: [a, b], regex: 'f(.*);(.*)r', target_label: a, replacement: 'b${1}${2}m'}
- {source_labels: [c, a], regex: '(b).*b(.*)ba(.*)', target_label: d, replacement: $1$2$2$3}
)"),
            Labels({{"a", "boobam"}, {"b", "bar"}, {"c", "baz"}, {"d", "boooom"}}));
}

TEST(Relabeler, NothingComesAfterADrop) {
  EXPECT_EQ(relabelled({{"a", "foo"}}, R"(
- {source_labels: [a], regex: .*o.*, action: drop}
- {source_labels: [a], regex: f(.*), target_label: d, replacement: ch$1-ch$1}
)"),
            kDropped);
}

TEST(Relabeler, DropAndKeepMatchTheWholeValue) {
  const Labels foo = {{"a", "foo"}};
  EXPECT_EQ(relabelled(foo, "- {source_labels: [a], regex: .*o.*, action: drop}"), kDropped);
  EXPECT_EQ(relabelled(foo, "- {source_labels: [a], regex: no-match, action: drop}"), foo);
  EXPECT_EQ(relabelled(foo, "- {source_labels: [a], regex: f|o, action: drop}"), foo);
  EXPECT_EQ(relabelled(foo, "- {source_labels: [a], regex: no-match, action: keep}"), kDropped);
  EXPECT_EQ(relabelled(foo, "- {source_labels: [a], regex: f.*, action: keep}"), foo);
}

TEST(Relabeler, AnAbsentLabelIsAnEmptyValue) {
  EXPECT_EQ(relabelled(kAbc, "- {source_labels: [x], regex: '', action: keep}"), kAbc);
  EXPECT_EQ(relabelled(kAbc, "- {source_labels: [x, a], regex: ;foo, action: keep}"), kAbc);
  EXPECT_EQ(relabelled(kAbc,
                       "- {source_labels: [a, c], separator: '', regex: foobaz,"
                       " action: drop}"),
            kDropped);
  EXPECT_EQ(relabelled(kAbc, "- {target_label: d, replacement: fixed}"), with(kAbc, "d", "fixed"));
}

TEST(Relabeler, WithoutAMatchNothingIsReplaced) {
  EXPECT_EQ(relabelled({{"a", "boo"}},
                       "- {source_labels: [a], regex: f, target_label: b, replacement: bar}"),
            Labels({{"a", "boo"}}));
}

TEST(Relabeler, AnEmptyReplacementRemovesTheTarget) {
  const Labels both = {{"a", "foo"}, {"f", "baz"}};
  const char* rule = "- {source_labels: [a], regex: (f).*, target_label: $1, replacement: $2}";
  EXPECT_EQ(relabelled(both, rule), Labels({{"a", "foo"}}));
  // Before 2.50 it was the label called "$1".
  EXPECT_EQ(relabelled(both, rule, old_dialect()), both);
  const char* plain = "- {source_labels: [a], target_label: f, replacement: ''}";
  EXPECT_EQ(relabelled(both, plain), Labels({{"a", "foo"}}));
  EXPECT_EQ(relabelled(both, plain, old_dialect()), Labels({{"a", "foo"}}));
}

TEST(Relabeler, TheTargetMayBeATemplate) {
  const Labels named = {{"a", "some-name-value"}};
  EXPECT_EQ(relabelled(named,
                       "- {source_labels: [a], regex: 'some-([^-]+)-([^,]+)',"
                       " replacement: '${2}', target_label: '${1}'}"),
            with(named, "name", "value"));
  EXPECT_EQ(relabelled(named,
                       "- {source_labels: [a], regex: 'some-([^-]+)-([^,]+)',"
                       " replacement: '${3}', target_label: '${1}'}"),
            named);
}

TEST(Relabeler, ATargetThatIsNoNameIsLeftAlone) {
  const Labels named = {{"a", "some-name-0"}};
  EXPECT_EQ(relabelled(named,
                       "- {source_labels: [a], regex: 'some-([^-]+)-([^,]+)',"
                       " replacement: '${1}', target_label: '${3}'}"),
            named);
  // A name may not start with a digit, where names are not UTF-8.
  const char* digit =
      "- {source_labels: [a], regex: 'some-([^-]+)-([^,]+)', replacement: x, target_label: '${2}'}";
  EXPECT_EQ(relabelled(named, digit, old_dialect()), named);
  EXPECT_EQ(relabelled(named, digit), with(named, "0", "x"));
}

TEST(Relabeler, TakesServiceDiscoveryTagsApart) {
  const Labels tags = {{"__meta_sd_tags", "path:/secret,job:some-job,label:foo=bar"}};
  Labels expected = with(with(tags, "__metrics_path__", "/secret"), "job", "some-job");
  EXPECT_EQ(relabelled(tags, R"(
- {source_labels: [__meta_sd_tags], regex: '(?:.+,|^)path:(/[^,]+).*', target_label: __metrics_path__}
- {source_labels: [__meta_sd_tags], regex: '(?:.+,|^)job:([^,]+).*', target_label: job}
- {source_labels: [__meta_sd_tags], regex: '(?:.+,|^)label:([^=]+)=([^,]+).*', target_label: '${1}', replacement: '${2}'}
)"),
            with(expected, "foo", "bar"));
}

TEST(Relabeler, ALabelDroppedMayComeBack) {
  EXPECT_EQ(relabelled({{"port_name", "foo"}, {"metrics_port", "9091"}}, R"(
- {regex: ^port_name$, action: labeldrop}
- {source_labels: [metrics_port], regex: (.+), replacement: metrics, target_label: port_name}
- {source_labels: [port_name], regex: ^metrics$, action: keep}
)"),
            Labels({{"port_name", "metrics"}, {"metrics_port", "9091"}}));
}

TEST(Relabeler, HashModIsTheLastHalfOfTheMd5) {
  const char* rule = "- {source_labels: [c], target_label: d, action: hashmod, modulus: 1000}";
  EXPECT_EQ(relabelled(kAbc, rule), with(kAbc, "d", "976"));
  EXPECT_EQ(relabelled({{"c", "foo\nbar"}}, rule), Labels({{"c", "foo\nbar"}, {"d", "734"}}));
}

TEST(Relabeler, LabelMapCopies) {
  const Labels before = {{"a", "foo"}, {"b1", "bar"}, {"b2", "baz"}};
  EXPECT_EQ(relabelled(before, "- {regex: (b.*), replacement: 'bar_${1}', action: labelmap}"),
            with(with(before, "bar_b1", "bar"), "bar_b2", "baz"));
  const Labels meta = {{"a", "foo"}, {"__meta_my_bar", "aaa"}, {"__meta_other", "ccc"}};
  EXPECT_EQ(relabelled(meta, "- {regex: __meta_(my.*), replacement: '${1}', action: labelmap}"),
            with(meta, "my_bar", "aaa"));
}

TEST(Relabeler, LabelDropAndLabelKeepChooseNames) {
  const Labels before = {{"a", "foo"}, {"b1", "bar"}, {"b2", "baz"}};
  EXPECT_EQ(relabelled(before, "- {regex: (b.*), action: labelkeep}"),
            Labels({{"b1", "bar"}, {"b2", "baz"}}));
  EXPECT_EQ(relabelled(before, "- {regex: (b.*), action: labeldrop}"), Labels({{"a", "foo"}}));
  EXPECT_EQ(relabelled(before, "- {regex: b, action: labeldrop}"), before);
}

TEST(Relabeler, ChangesCase) {
  EXPECT_EQ(relabelled({{"foo", "bAr123Foo"}}, R"(
- {source_labels: [foo], action: uppercase, target_label: upper}
- {source_labels: [foo], action: lowercase, target_label: lower}
)"),
            Labels({{"foo", "bAr123Foo"}, {"lower", "bar123foo"}, {"upper", "BAR123FOO"}}));
}

TEST(Relabeler, ComparesWithTheTarget) {
  const Labels ports = {{"port", "1234"}, {"port1", "1234"}, {"port2", "5678"}};
  const auto rule = [](const std::string& action, const std::string& target) {
    return "- {source_labels: [port], action: " + action + ", target_label: " + target + "}";
  };
  EXPECT_EQ(relabelled(ports, rule("keepequal", "port1")), ports);
  EXPECT_EQ(relabelled(ports, rule("dropequal", "port1")), kDropped);
  EXPECT_EQ(relabelled(ports, rule("keepequal", "port2")), kDropped);
  EXPECT_EQ(relabelled(ports, rule("dropequal", "port2")), ports);
}

TEST(Relabeler, TheDotMatchesNewlinesSince30) {
  const Labels lines = {{"a", "line1\nline2"}};
  const char* rule =
      "- {source_labels: [a], regex: line1.*line2, target_label: d, replacement: 'match${1}'}";
  EXPECT_EQ(relabelled(lines, rule), with(lines, "d", "match"));
  EXPECT_EQ(relabelled(lines, rule, old_dialect()), lines);
}

TEST(Relabeler, NamesAreUtf8Since30) {
  const Labels lines = {{"utf-8.label", "line1\nline2"}};
  EXPECT_EQ(relabelled(lines,
                       "- {source_labels: [utf-8.label], regex: line1.*line2,"
                       " target_label: 'other-label${1}', replacement: match}"),
            with(lines, "other-label", "match"));
}

TEST(Relabeler, GroupsHaveNames) {
  EXPECT_EQ(relabelled({{"a", "line1 line2"}}, R"(
- {source_labels: [a], regex: '(line1).*(?<second>line2)', target_label: 'x_${1}', replacement: 'val_${second}'}
- {source_labels: [a], regex: '(line1).*(?P<second>line2)', target_label: y_$1, replacement: val_$second}
)"),
            Labels({{"a", "line1 line2"}, {"x_line1", "val_line2"}, {"y_line1", "val_line2"}}));
}

TEST(Relabeler, KnowsWhetherLabelsCanChange) {
  const auto changes = [](const char* rules) {
    return Relabeler(parse_rules(rules).rules).changes_labels();
  };
  EXPECT_FALSE(
      changes("- {source_labels: [a], regex: x, action: drop}\n"
              "- {source_labels: [a], target_label: b, action: keepequal}\n"));
  EXPECT_TRUE(
      changes("- {source_labels: [a], regex: x, action: drop}\n"
              "- {regex: b, action: labeldrop}\n"));
}

}  // namespace
}  // namespace pushpull
