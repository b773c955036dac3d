#include "harness/yaml/overlay.h"

#include <gtest/gtest.h>

namespace pushpull::yaml {
namespace {

Node read(const std::string& text, const std::string& name = "f") {
  Diagnostics diagnostics;
  auto root = parse_document(std::make_shared<const Source>(Source{name, text}), diagnostics);
  CHECK(diagnostics.empty()) << diagnostics.to_string();
  return *root;
}

// A tree as one line: maps in braces, lists in brackets.
std::string show(const Node& node) {
  if (node.kind == Node::Kind::kNull) return "~";
  if (node.kind == Node::Kind::kScalar) return node.text;
  const bool map = node.kind == Node::Kind::kMap;
  std::string out = map ? "{" : "[";
  for (const Node& child : node.children) {
    if (out.size() > 1) out += " ";
    out += (map ? child.key + ":" : "") + show(child);
  }
  return out + (map ? "}" : "]");
}

TEST(Merge, MapsMergeAndEverythingElseReplaces) {
  Node base = read("a: {b: 1, c: 2}\nlist: [1, 2]\nkeep: x\n");
  merge(base, read("a: {c: 3, d: 4}\nlist: [5]\nnew: {e: f}\n"));
  EXPECT_EQ(show(base), "{a:{b:1 c:3 d:4} list:[5] keep:x new:{e:f}}");
}

TEST(Merge, PiecesKeepTheirPositions) {
  Node base = read("a: {b: 1, c: 2}\n", "base");
  merge(base, read("a: {c: 3}\n", "overlay"));
  EXPECT_EQ(base.find("a")->find("b")->position.source->name, "base");
  EXPECT_EQ(base.find("a")->find("c")->position.source->name, "overlay");
}

std::string set(const std::string& text, const std::string& setting) {
  Node root = read(text);
  Diagnostics diagnostics;
  apply(*parse_setting(setting), 1, root, diagnostics);
  return diagnostics.empty() ? show(root) : diagnostics.to_string();
}

TEST(Apply, ReplacesOrMakesTheValueAtThePath) {
  EXPECT_EQ(set("a: {b: 1}\n", "a.b=2"), "{a:{b:2}}");
  EXPECT_EQ(set("a: {b: 1}\n", "a.c.d={e: f}"), "{a:{b:1 c:{d:{e:f}}}}");
  EXPECT_EQ(set("a: [1, 2]\n", "a=[]"), "{a:[]}");
  EXPECT_EQ(set("", "a=b=c"), "{a:b=c}");
  EXPECT_EQ(set("a: ~\n", "a.b=1"), "{a:{b:1}}");
  EXPECT_EQ(set("a: [{b: 1}, {b: 2}]\n", "a[1].b=3"), "{a:[{b:1} {b:3}]}");
  EXPECT_EQ(set("a: {'b[]': [1]}\n", "a.b[]=[2]"), "{a:{b[]:[2]}}");
  EXPECT_EQ(set("a: {b.c: 1}\n", "a.b.c=2"), "{a:{b.c:2}}");  // the key as it stands comes first
}

TEST(Apply, ErrorsAreNamedAfterTheOption) {
  EXPECT_EQ(set("a: [1]\n", "a.0=2"), "--set a.0: error: 'a' is not a map: set it as a whole");
  EXPECT_EQ(set("a: 1\n", "a..b=2"), "--set a..b: error: 'a' is not a map: set it as a whole");
  EXPECT_EQ(set("a: {}\n", "a..b=2"), "--set a..b: error: a path is keys joined by single dots");
  EXPECT_EQ(set("a: 1\n", "a.=2"), "--set a.: error: a path is keys joined by single dots");
  EXPECT_EQ(set("a: [1]\n", "a[1]=2"), "--set a[1]: error: 'a' has no item [1]");
  EXPECT_EQ(set("a: [1]\n", "a[x]=2"), "--set a[x]: error: 'a' has no item [x]");
  EXPECT_EQ(set("a: 1\n", "a=[1"),
            "--set a: error: not valid YAML: end of sequence flow not found");
  EXPECT_FALSE(parse_setting("workload.series").ok());
  EXPECT_FALSE(parse_setting("=3").ok());
}

}  // namespace
}  // namespace pushpull::yaml
