// YAML as Go's yaml.v2 (2.4) writes it, byte by byte: Prometheus names what it configures by hashes
// of such text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pushpull::yaml {

// Writes one mapping, key by key. Strings are valid UTF-8.
class GoYaml {
 public:
  void string(std::string_view key, std::string_view value);
  void plain(std::string_view key, std::string_view value);  // numbers, booleans, null
  // On one line, in brackets, as far as 80 columns go.
  void flow_list(std::string_view key, const std::vector<std::string>& items);
  // Sorted as Go's maps of strings are: digits by their number, letters behind all else.
  void string_map(std::string_view key, std::vector<std::pair<std::string, std::string>> entries);

  // What is written until end() belongs to `key`; {} where that is nothing.
  void begin(std::string_view key);
  void end();
  // A list of mappings under `key`: begin_list(), then item() before each, then end_list().
  void begin_list(std::string_view key);
  void item() { first_in_item_ = true; }
  void end_list();

  const std::string& text() const { return text_; }

 private:
  void put_key(std::string_view key);

  std::string text_;
  size_t indent_ = 0;
  std::vector<size_t> begun_;  // where what belongs to a key begins
  bool first_in_item_ = false;
};

// Of two keys of a map, whether Go writes `a` first.
bool go_key_less(std::string_view a, std::string_view b);

}  // namespace pushpull::yaml
