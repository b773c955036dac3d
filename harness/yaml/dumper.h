// Writes structs out through their bind() table, every default explicit: as ordered JSON (for
// result.json) and as YAML text (for prometheus.yml and `expand`). What it writes, the parser reads
// back to the same struct.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/yaml/fields.h"

namespace pushpull::yaml {

class Dumper final : public Fields {
 public:
  enum class Secrets { kHidden, kRevealed };
  // Appends keys to the JSON object `out`, which must outlive the dumper. Secrets are revealed for
  // the configuration file of a process that needs them, never else.
  explicit Dumper(nlohmann::ordered_json& out, Secrets secrets = Secrets::kHidden);

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
  void ignored(std::string_view) override {}
  void unsupported(std::string_view, std::string_view) override {}
  void elsewhere(std::string_view) override {}
  void error(std::string_view, std::string) override {}
  bool has(std::string_view) const override { return false; }
  Form form_of(std::string_view, Form held) const override { return held; }
  bool parsing() const override { return false; }

 protected:
  bool enter(std::string_view key, const FieldInfo& info) override;
  size_t enter_list(std::string_view key, size_t size, const FieldInfo& info) override;
  bool enter_item(size_t i) override;
  bool enter_map(std::string_view key, std::vector<std::string>& keys,
                 const FieldInfo& info) override;
  bool enter_entry(std::string_view name) override;
  void leave() override;

 private:
  nlohmann::ordered_json& top() { return *stack_.back(); }
  std::string shown(const Secret& secret) const;

  const Secrets secrets_;
  // Containers being written. Only the last one grows, so the pointers stay valid.
  std::vector<nlohmann::ordered_json*> stack_;
};

// `value` by copy: bind() takes it mutable.
template <class T>
void dump(T value, nlohmann::ordered_json& out) {
  Dumper dumper(out);
  bind(dumper, value);
}

// Block style; strings that YAML readers could take for something else stand in double quotes.
// Requires: `json` is an object of valid UTF-8.
std::string to_yaml(const nlohmann::ordered_json& json);

}  // namespace pushpull::yaml
