// JSON Schema (draft 2020-12) from the bind() tables, for editors and for whoever writes documents
// by program. It describes values as YAML readers type them: 15s is a string, 500 a number. What
// depends on several fields is left to the parser.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/yaml/fields.h"

namespace pushpull::yaml {

// Any single value.
nlohmann::ordered_json scalar_schema();

class SchemaWriter final : public Fields {
 public:
  using Json = nlohmann::ordered_json;

  // Appends to the schema object `out`; `elsewhere` has the schemas of keys that other passes read.
  // Both must outlive the writer.
  SchemaWriter(Json& out, const std::map<std::string, Json>& elsewhere);
  // Call once, after bind().
  void finish();

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
  void unsupported(std::string_view, std::string_view) override {}
  void elsewhere(std::string_view key) override;
  void error(std::string_view, std::string) override {}
  bool has(std::string_view) const override { return false; }
  Form form_of(std::string_view, Form) const override { return Form::kEither; }
  // Every key is looked for, as the parser does.
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
  // Items of lists and maps are bound this often, with every string that has choices set to each of
  // them in turn: some fields are there for some choices only. The schema has all of them.
  static constexpr size_t kPasses = 32;

  struct Frame {
    Json* schema = nullptr;  // of the object; of the list or map where that is entered
    size_t pass = 0;
    bool in_item = false;
    bool container = false;
    std::set<std::string> required = {};
  };

  Frame& top() { return stack_.back(); }
  // Adds a property; one that differs in several passes may have any of the forms.
  void put(std::string_view key, Json schema, const FieldInfo& info);
  // The same; the schema as it stands among the properties.
  Json& open(std::string_view key, Json schema, const FieldInfo& info);
  void note_required(Frame& frame);

  const std::map<std::string, Json>& elsewhere_;
  std::vector<Frame> stack_;
};

// The schema of the struct's document; `value` has the defaults.
template <class T>
nlohmann::ordered_json schema_of(
    T value, const std::map<std::string, nlohmann::ordered_json>& elsewhere = {}) {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  SchemaWriter writer(out, elsewhere);
  bind(writer, value);
  writer.finish();
  return out;
}

}  // namespace pushpull::yaml
