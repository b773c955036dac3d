#include "harness/yaml/go_yaml.h"

#include <algorithm>
#include <cstdint>

#include "harness/yaml/go_scalar.h"

namespace pushpull::yaml {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The number that starts at `at`, and where it ends.
std::pair<uint64_t, size_t> number_at(std::string_view text, size_t at) {
  uint64_t value = 0;
  while (at < text.size() && is_digit(text[at])) {
    value = value * 10 + static_cast<uint64_t>(text[at++] - '0');
  }
  return {value, at};
}

}  // namespace

bool go_key_less(std::string_view a, std::string_view b) {
  const size_t common = std::min(a.size(), b.size());
  bool digits = false;  // the last equal character is one
  for (size_t i = 0; i < common; ++i) {
    if (a[i] == b[i]) {
      digits = is_digit(a[i]);
      continue;
    }
    if (is_letter(a[i]) && is_letter(b[i])) return a[i] < b[i];
    if (is_letter(a[i]) || is_letter(b[i])) return digits ? is_letter(a[i]) : is_letter(b[i]);
    const auto [a_value, a_end] = number_at(a, i);
    const auto [b_value, b_end] = number_at(b, i);
    if (a_value != b_value) return a_value < b_value;
    if (a_end != b_end) return a_end < b_end;
    return a[i] < b[i];
  }
  return a.size() < b.size();
}

void GoYaml::put_key(std::string_view key) {
  // Items of a list begin at the list's own key; the dash takes the first key's indentation.
  if (first_in_item_) {
    text_ += std::string(indent_ - kGoIndent, ' ') + "- ";
    first_in_item_ = false;
  } else {
    text_ += std::string(indent_, ' ');
  }
  text_ += go_scalar(key, 0, 0, false);
  text_ += ":";
}

void GoYaml::plain(std::string_view key, std::string_view value) {
  put_key(key);
  text_ += " " + std::string(value) + "\n";
}

void GoYaml::string(std::string_view key, std::string_view value) {
  put_key(key);
  const size_t line = text_.rfind('\n') + 1;  // 0 where there is none
  const size_t column = go_width(std::string_view(text_).substr(line)) + 1;
  text_ += " " + go_scalar(value, column, indent_ + kGoIndent, false) + "\n";
}

void GoYaml::flow_list(std::string_view key, const std::vector<std::string>& items) {
  put_key(key);
  const size_t line = text_.rfind('\n') + 1;
  size_t column = go_width(std::string_view(text_).substr(line)) + 2;
  std::string list = " [";
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) {
      list += ",";
      ++column;
      const bool breaks = column > kGoWidth;
      list += breaks ? "\n" + std::string(indent_ + kGoIndent, ' ') : " ";
      column = breaks ? indent_ + kGoIndent : column + 1;
    }
    const std::string item = go_scalar(items[i], column, indent_ + 2 * kGoIndent, true);
    column += go_width(item);
    list += item;
  }
  text_ += list + "]\n";
}

void GoYaml::string_map(std::string_view key,
                        std::vector<std::pair<std::string, std::string>> entries) {
  std::ranges::sort(entries,
                    [](const auto& a, const auto& b) { return go_key_less(a.first, b.first); });
  begin(key);
  for (const auto& [name, value] : entries) string(name, value);
  end();
}

void GoYaml::begin(std::string_view key) {
  put_key(key);
  text_ += "\n";
  indent_ += kGoIndent;
  begun_.push_back(text_.size());
}

void GoYaml::end() {
  indent_ -= kGoIndent;
  if (text_.size() == begun_.back()) text_.insert(text_.size() - 1, " {}");
  begun_.pop_back();
}

void GoYaml::begin_list(std::string_view key) { begin(key); }

void GoYaml::end_list() { end(); }

}  // namespace pushpull::yaml
