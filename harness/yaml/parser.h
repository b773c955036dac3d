// The strict reader: fills structs from a document through their bind() table and reports every
// mistake at its line. Unknown keys are those that no field asked for. A field in error keeps its
// default.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/yaml/diagnostics.h"
#include "harness/yaml/document.h"
#include "harness/yaml/fields.h"

namespace pushpull::yaml {

class Parser final : public Fields {
 public:
  // Both must outlive the parser. An empty document is a map without keys.
  Parser(const Node& root, Diagnostics& diagnostics);

  // Reports the unknown keys of the root. Call once, after bind().
  void finish();
  // Paths of the keys that were there and are ignored, in the order of the table.
  const std::vector<std::string>& ignored_keys() const { return ignored_; }

  void boolean(std::string_view key, bool& value, const FieldInfo& info) override;
  void integer(std::string_view key, int64_t& value, const FieldInfo& info) override;
  void count(std::string_view key, int64_t& value, const FieldInfo& info) override;
  void number(std::string_view key, double& value, const FieldInfo& info) override;
  void percent(std::string_view key, double& value, const FieldInfo& info) override;
  void duration(std::string_view key, Duration& value, const FieldInfo& info) override;
  void bandwidth(std::string_view key, int64_t& value, const FieldInfo& info) override;
  void string(std::string_view key, std::string& value, const FieldInfo& info) override;
  void strings(std::string_view key, std::vector<std::string>& value,
               const FieldInfo& info) override;
  void string_map(std::string_view key, std::vector<std::pair<std::string, std::string>>& value,
                  const FieldInfo& info) override;
  void secret(std::string_view key, Secret& value, const FieldInfo& info) override;
  void secret_map(std::string_view key, std::vector<std::pair<std::string, Secret>>& value,
                  const FieldInfo& info) override;
  void string_lists(std::string_view key,
                    std::vector<std::pair<std::string, std::vector<std::string>>>& value,
                    const FieldInfo& info) override;
  void ignored(std::string_view key) override;
  void unsupported(std::string_view key, std::string_view why) override;
  void elsewhere(std::string_view key) override;
  void error(std::string_view path, std::string message) override;
  bool failed() const override { return !diagnostics_.empty(); }
  bool has(std::string_view key) const override;
  Form form_of(std::string_view key, Form held) const override;
  bool parsing() const override { return true; }

 protected:
  bool enter(std::string_view key, const FieldInfo& info) override;
  size_t enter_list(std::string_view key, size_t size, const FieldInfo& info) override;
  bool enter_item(size_t i) override;
  bool enter_map(std::string_view key, std::vector<std::string>& keys,
                 const FieldInfo& info) override;
  bool enter_entry(std::string_view name) override;
  void leave() override;

 private:
  struct Frame {
    const Node* node;
    std::string path;
    bool any_key = false;                 // lists, and maps of names
    std::vector<std::string> known = {};  // keys that a field asked for
  };

  Frame& top() { return stack_.back(); }
  std::string path_of(std::string_view key) const;
  void report(const Position& position, const std::string& path, std::string_view message);
  void report_unknown_keys(const Frame& frame);
  // The node at `key`, or null; a missing required key is reported.
  const Node* look_up(std::string_view key, const FieldInfo& info);
  // As look_up(), and of this kind. A null stands for an empty list or map.
  const Node* container(std::string_view key, Node::Kind kind, const FieldInfo& info);
  bool check_container(const Node& node, Node::Kind kind, const std::string& path);
  // As look_up(), and a scalar that suits `what` ("a duration"). Values of kinds that only exist
  // unquoted are refused in quotes.
  enum class Quotes { kAllowed, kRefused };
  const Node* scalar(std::string_view key, const FieldInfo& info, Quotes quotes, const char* what);
  bool check_scalar(const Node& node, Quotes quotes, const char* what, const std::string& path);
  std::vector<std::string> string_items(const Node& list, const std::string& path);

  // Stores a parsed scalar if it is valid and within [min, max].
  template <class T, class Number, class Format>
  void store(const Node& node, std::string_view key, Result<T> parsed, Number number, T& value,
             const FieldInfo& info, Format format);

  Diagnostics& diagnostics_;
  std::vector<Frame> stack_;
  std::vector<std::string> ignored_;
};

// Fills `value` from the document. Its errors join `diagnostics`; the ignored keys come back.
template <class T>
std::vector<std::string> parse(const Node& root, T& value, Diagnostics& diagnostics) {
  Parser parser(root, diagnostics);
  bind(parser, value);
  parser.finish();
  return parser.ignored_keys();
}

}  // namespace pushpull::yaml
