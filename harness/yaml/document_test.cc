#include "harness/yaml/document.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace pushpull::yaml {
namespace {

struct Parsed {
  std::optional<Node> root;
  Diagnostics diagnostics;
  // The first line of the report.
  std::string first_error() const {
    const std::string text = diagnostics.to_string();
    return text.substr(0, text.find('\n'));
  }
};

Parsed parse_text(std::string text) {
  Parsed parsed;
  parsed.root = parse_document(std::make_shared<const Source>(Source{"a.yaml", std::move(text)}),
                               parsed.diagnostics);
  return parsed;
}

TEST(Document, KeepsPositionsTextAndQuotes) {
  const Parsed parsed = parse_text("a: 010\nb:\n  - \"x\"\n  - {c: }\n");
  ASSERT_TRUE(parsed.diagnostics.empty());
  const Node& a = *parsed.root->find("a");
  EXPECT_EQ(a.text, "010");
  EXPECT_FALSE(a.quoted);
  EXPECT_EQ(a.position.line, 1);
  EXPECT_EQ(a.position.column, 4);
  EXPECT_EQ(a.key_position.column, 1);
  const Node& b = *parsed.root->find("b");
  ASSERT_EQ(b.children.size(), 2u);
  EXPECT_TRUE(b.children[0].quoted);
  EXPECT_EQ(b.children[1].find("c")->kind, Node::Kind::kNull);
  EXPECT_EQ(b.place().line, 2);  // the key, not the first item
  EXPECT_EQ(parsed.root->find("d"), nullptr);
}

TEST(Document, EmptyTextIsANull) {
  EXPECT_EQ(parse_text("").root->kind, Node::Kind::kNull);
  EXPECT_EQ(parse_text("# only a comment\n").root->kind, Node::Kind::kNull);
}

TEST(Document, AnchorsAreExpanded) {
  const Parsed parsed = parse_text("a: &x {b: 1}\nc: *x\n");
  ASSERT_TRUE(parsed.diagnostics.empty());
  EXPECT_EQ(parsed.root->find("c")->find("b")->text, "1");
}

TEST(Document, DuplicateKeysAreErrorsAndTheFirstIsKept) {
  const Parsed parsed = parse_text("a: 1\nb: 2\na: 3\n");
  EXPECT_EQ(parsed.first_error(), "a.yaml:3:1: error: duplicate key 'a' (first given in line 1)");
  EXPECT_EQ(parsed.root->find("a")->text, "1");
}

TEST(Document, RefusesWhatReadersDisagreeAbout) {
  EXPECT_EQ(parse_text("a: &x {b: 1}\nc:\n  <<: *x\n").first_error(),
            "a.yaml:3:3: error: merge key '<<' is refused: repeat the keys, or use a profile");
  EXPECT_EQ(parse_text("a: 1\n---\na: 2\n").first_error(),
            "a.yaml:2:1: error: a second document is refused: keep one per file");
  EXPECT_EQ(parse_text("a: !!binary aGk=\n").first_error(),
            "a.yaml:1:4: error: tag 'tag:yaml.org,2002:binary' is refused: write the plain value");
  EXPECT_EQ(parse_text("[a, b]: 1\n").first_error(),
            "a.yaml:1:1: error: a key must be a plain name");
  EXPECT_EQ(parse_text("a: &x [*x]\n").first_error(),
            "a.yaml:1:8: error: an alias inside its own anchor is refused");
}

TEST(Document, BrokenSyntaxYieldsNoTree) {
  const Parsed parsed = parse_text("a: [1\nb: 2\n");
  EXPECT_FALSE(parsed.root.has_value());
  EXPECT_EQ(parsed.first_error(),
            "a.yaml:2:2: error: not valid YAML: end of sequence flow not found");
}

TEST(Document, ATabThatIndentsIsNamed) {
  EXPECT_EQ(parse_text("a:\n\tb: 2\n").first_error(),
            "a.yaml:2:1: error: a tab may not indent: use spaces");
}

TEST(Document, RefusesBytesThatAreNotText) {
  EXPECT_EQ(parse_text("a: 1\nb: \"\xff\"\n").first_error(),
            "a.yaml:2:5: error: not UTF-8 text, or a control character");
  EXPECT_FALSE(parse_text(std::string("a: \0", 4)).root.has_value());
  EXPECT_FALSE(parse_text("a: \xc3").root.has_value());  // cut in the middle of a letter
}

TEST(Document, HostileInputIsLimited) {
  EXPECT_EQ(parse_text(std::string(kMaxDocumentBytes + 1, ' ')).first_error(),
            "a.yaml:1:1: error: larger than 1048576 bytes");
  EXPECT_FALSE(parse_text(std::string(100'000, '[')).root.has_value());
  const std::string deep =
      std::string(kMaxDocumentDepth + 1, '[') + std::string(kMaxDocumentDepth + 1, ']');
  EXPECT_NE(parse_text(deep).first_error().find("nested more than 64 levels"), std::string::npos);
}

TEST(Document, NestedAliasesDoNotExplode) {
  // Ten levels of ten: 10^10 values if they were all expanded.
  std::string text = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < 10; ++level) {
    const std::string alias = "*l" + std::to_string(level - 1);
    text += "l" + std::to_string(level) + ": &l" + std::to_string(level) + " [" + alias;
    for (int i = 0; i < 9; ++i) text += ", " + alias;
    text += "]\n";
  }
  EXPECT_NE(parse_text(text).first_error().find("more than 100000 values"), std::string::npos);
}

TEST(ReadTextFile, ReadsOrNamesTheFile) {
  const std::string path = ::testing::TempDir() + "/document_test.yaml";
  std::ofstream(path) << "a: 1\n";
  EXPECT_EQ(*read_text_file(path), "a: 1\n");
  std::remove(path.c_str());
  EXPECT_EQ(read_text_file(path).error().message,
            "cannot read '" + path + "': does it exist, and may it be read?");
  EXPECT_FALSE(read_text_file(::testing::TempDir()).ok());
}

}  // namespace
}  // namespace pushpull::yaml
