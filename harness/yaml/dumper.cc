#include "harness/yaml/dumper.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "harness/base/check.h"
#include "harness/base/units.h"

namespace pushpull::yaml {
namespace {

using Json = nlohmann::ordered_json;

// Shortest text that reads back to the same value.
std::string format_percent(double share) {
  std::string text(32, '\0');
  const double hundredfold = share * 100;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), hundredfold,
                                 std::chars_format::fixed, 10);
  text.resize(static_cast<size_t>(end.ptr - text.data()));
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + "%";
}

// What readers take for booleans or null, some of them only in YAML 1.1.
constexpr std::string_view kWords[] = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether every YAML reader takes the bare text for a string (or for a quantity with its unit).
bool is_plain(const std::string& text) {
  if (text.empty() || text.back() == ' ') return false;
  const bool quiet = std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '/' ||
           c == ' ' || c == '%';
  });
  if (!quiet) return false;
  if (is_digit(text.front())) {
    return text != "0" &&
           (parse_duration(text).ok() || parse_bandwidth(text).ok() || parse_percent(text).ok());
  }
  if (!is_letter(text.front()) && text.front() != '/') return false;
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::find(std::begin(kWords), std::end(kWords), lower) == std::end(kWords);
}

std::string scalar_text(const Json& value) {
  if (!value.is_string()) return value.dump();
  const auto& text = value.get_ref<const std::string&>();
  return is_plain(text) ? text : value.dump();  // JSON strings are YAML strings
}

std::string key_text(const std::string& key) { return scalar_text(Json(key)); }

void write_entries(const Json& container, size_t indent, std::string& out);

// What follows "key:" or "-".
void write_value(const Json& value, size_t indent, bool in_list, std::string& out) {
  if (!value.is_structured()) {
    out += " " + scalar_text(value) + "\n";
  } else if (value.empty()) {
    out += value.is_array() ? " []\n" : " {}\n";
  } else if (in_list && value.is_object()) {
    // The first key stands on the line of the dash.
    std::string block;
    write_entries(value, indent, block);
    out += " " + block.substr(indent);
  } else {
    out += "\n";
    write_entries(value, indent, out);
  }
}

void write_entries(const Json& container, size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  for (const auto& [key, value] : container.items()) {
    const bool in_list = container.is_array();
    out += margin + (in_list ? "-" : key_text(key) + ":");
    write_value(value, indent + 2, in_list, out);
  }
}

}  // namespace

Dumper::Dumper(Json& out, Secrets secrets) : secrets_(secrets) {
  CHECK(out.is_object());
  stack_.push_back(&out);
}

void Dumper::boolean(std::string_view key, bool& value, const FieldInfo&) {
  top()[std::string(key)] = value;
}
void Dumper::integer(std::string_view key, int64_t& value, const FieldInfo&) {
  top()[std::string(key)] = value;
}
void Dumper::count(std::string_view key, int64_t& value, const FieldInfo&) {
  top()[std::string(key)] = value;
}
void Dumper::number(std::string_view key, double& value, const FieldInfo&) {
  top()[std::string(key)] = value;
}
void Dumper::percent(std::string_view key, double& value, const FieldInfo&) {
  top()[std::string(key)] = format_percent(value);
}
void Dumper::duration(std::string_view key, Duration& value, const FieldInfo&) {
  top()[std::string(key)] = format_duration(value);
}
void Dumper::bandwidth(std::string_view key, int64_t& value, const FieldInfo&) {
  top()[std::string(key)] = value == 0 ? "unlimited" : format_bandwidth(value);
}
void Dumper::string(std::string_view key, std::string& value, const FieldInfo&) {
  top()[std::string(key)] = value;
}
void Dumper::strings(std::string_view key, std::vector<std::string>& value, const FieldInfo&) {
  top()[std::string(key)] = value;
}
void Dumper::string_map(std::string_view key,
                        std::vector<std::pair<std::string, std::string>>& value, const FieldInfo&) {
  Json map = Json::object();
  for (const auto& [name, text] : value) map[name] = text;
  top()[std::string(key)] = std::move(map);
}
std::string Dumper::shown(const Secret& secret) const {
  if (secret.empty() || secrets_ == Secrets::kRevealed) return secret.reveal();
  return std::string(kHiddenSecret);
}
void Dumper::secret(std::string_view key, Secret& value, const FieldInfo&) {
  top()[std::string(key)] = shown(value);
}
void Dumper::secret_map(std::string_view key, std::vector<std::pair<std::string, Secret>>& value,
                        const FieldInfo&) {
  Json map = Json::object();
  for (const auto& [name, secret] : value) map[name] = shown(secret);
  top()[std::string(key)] = std::move(map);
}
void Dumper::string_lists(std::string_view key,
                          std::vector<std::pair<std::string, std::vector<std::string>>>& value,
                          const FieldInfo&) {
  Json map = Json::object();
  for (const auto& [name, items] : value) map[name] = items;
  top()[std::string(key)] = std::move(map);
}

bool Dumper::enter(std::string_view key, const FieldInfo&) { return enter_entry(key); }

size_t Dumper::enter_list(std::string_view key, size_t size, const FieldInfo&) {
  Json& list = top()[std::string(key)] = Json::array();
  stack_.push_back(&list);
  return size;
}

bool Dumper::enter_item(size_t) {
  top().push_back(Json::object());
  stack_.push_back(&top().back());
  return true;
}

bool Dumper::enter_map(std::string_view key, std::vector<std::string>&, const FieldInfo&) {
  return enter_entry(key);
}

bool Dumper::enter_entry(std::string_view name) {
  Json& map = top()[std::string(name)] = Json::object();
  stack_.push_back(&map);
  return true;
}

void Dumper::leave() { stack_.pop_back(); }

std::string to_yaml(const Json& json) {
  std::string out;
  write_entries(json, 0, out);
  return out;
}

}  // namespace pushpull::yaml
