#include "harness/yaml/parser.h"

#include <algorithm>
#include <charconv>

#include "harness/base/units.h"
#include "harness/yaml/suggest.h"

namespace pushpull::yaml {
namespace {

const char* describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kScalar:
      return node.quoted ? "a string" : "a single value";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      return "a map";
  }
  return "";
}

Result<bool> parse_boolean(const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return Error{"'" + text + "' is not true or false"};
}

// YAML readers disagree about 010 (octal, or ten?): refused.
bool has_leading_zero(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

Result<int64_t> parse_integer(const std::string& text) {
  if (has_leading_zero(text)) {
    return Error{"'" + text + "' has a leading zero, which some readers take for octal"};
  }
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, ec] = std::from_chars(text.data(), end, value);
  if (ec == std::errc::result_out_of_range) return Error{"'" + text + "' is too large"};
  if (ec != std::errc() || stop != end) return Error{"'" + text + "' is not a whole number"};
  return value;
}

Result<int64_t> parse_strict_count(const std::string& text) {
  if (has_leading_zero(text)) return parse_integer(text);
  return parse_count(text);
}

Result<double> parse_number(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, ec] = std::from_chars(text.data(), end, value);
  const bool finite = value - value == 0;
  if (ec != std::errc() || stop != end || !finite) return Error{"'" + text + "' is not a number"};
  return value;
}

Result<int64_t> parse_limited_bandwidth(const std::string& text) {
  if (text == "unlimited") return int64_t{0};
  return parse_bandwidth(text);
}

std::string quoted_list(const std::vector<std::string_view>& words) {
  std::string out;
  for (const std::string_view word : words) {
    out += (out.empty() ? "'" : ", '") + std::string(word) + "'";
  }
  return out;
}

}  // namespace

Parser::Parser(const Node& root, Diagnostics& diagnostics) : diagnostics_(diagnostics) {
  if (root.kind != Node::Kind::kMap && root.kind != Node::Kind::kNull) {
    diagnostics_.error(root.position, std::string("expected a map of keys, not ") + describe(root));
  }
  stack_.push_back(Frame{&root, ""});
}

void Parser::finish() {
  CHECK(stack_.size() == 1);
  report_unknown_keys(top());
}

std::string Parser::path_of(std::string_view key) const {
  const std::string& base = stack_.back().path;
  if (base.empty() || key.empty()) return base + std::string(key);
  return base + (key.starts_with('[') ? "" : ".") + std::string(key);
}

void Parser::report(const Position& position, const std::string& path, std::string_view message) {
  diagnostics_.error(position, (path.empty() ? "" : path + ": ") + std::string(message));
}

void Parser::report_unknown_keys(const Frame& frame) {
  if (frame.any_key || frame.node->kind != Node::Kind::kMap) return;
  for (const Node& child : frame.node->children) {
    if (std::find(frame.known.begin(), frame.known.end(), child.key) != frame.known.end()) continue;
    const std::string where = frame.path.empty() ? "" : " in " + frame.path;
    diagnostics_.error(child.key_position,
                       "unknown key '" + child.key + "'" + where + suggest(child.key, frame.known));
  }
}

const Node* Parser::look_up(std::string_view key, const FieldInfo& info) {
  Frame& frame = top();
  frame.known.emplace_back(key);
  const Node* node = frame.node->find(key);
  if (node == nullptr && info.required) {
    const std::string where = frame.path.empty() ? "" : " in " + frame.path;
    const std::string doc = *info.doc == '\0' ? "" : std::string(" (") + info.doc + ")";
    diagnostics_.error(frame.node->place(), "missing key '" + std::string(key) + "'" + where + doc);
  }
  return node;
}

bool Parser::check_container(const Node& node, Node::Kind kind, const std::string& path) {
  if (node.kind == kind || node.kind == Node::Kind::kNull) return true;
  report(node.place(), path,
         std::string(kind == Node::Kind::kList ? "expected a list, not " : "expected a map, not ") +
             describe(node));
  return false;
}

const Node* Parser::container(std::string_view key, Node::Kind kind, const FieldInfo& info) {
  const Node* node = look_up(key, info);
  return node != nullptr && check_container(*node, kind, path_of(key)) ? node : nullptr;
}

bool Parser::check_scalar(const Node& node, Quotes quotes, const char* what,
                          const std::string& path) {
  if (node.kind != Node::Kind::kScalar) {
    report(node.place(), path, std::string("expected ") + what + ", not " + describe(node));
    return false;
  }
  if (node.quoted && quotes == Quotes::kRefused) {
    report(node.position, path, std::string("expected ") + what + ": remove the quotes");
    return false;
  }
  return true;
}

const Node* Parser::scalar(std::string_view key, const FieldInfo& info, Quotes quotes,
                           const char* what) {
  const Node* node = look_up(key, info);
  return node != nullptr && check_scalar(*node, quotes, what, path_of(key)) ? node : nullptr;
}

template <class T, class Number, class Format>
void Parser::store(const Node& node, std::string_view key, Result<T> parsed, Number number,
                   T& value, const FieldInfo& info, Format format) {
  if (!parsed) return report(node.position, path_of(key), parsed.error().message);
  const auto n = number(*parsed);
  using N = decltype(number(*parsed));
  if (n < static_cast<N>(info.min)) {
    return report(node.position, path_of(key),
                  "'" + node.text + "' is below the minimum of " + format(info.min));
  }
  if (n > static_cast<N>(info.max)) {
    return report(node.position, path_of(key),
                  "'" + node.text + "' is above the maximum of " + format(info.max));
  }
  value = *parsed;
}

namespace {
const auto kItself = [](auto n) { return n; };
const auto kNanoseconds = [](Duration d) { return d.ns(); };
std::string format_integer(int64_t n) { return std::to_string(n); }
std::string format_limit(int64_t ns) { return format_duration(Duration::nanoseconds(ns)); }
}  // namespace

void Parser::boolean(std::string_view key, bool& value, const FieldInfo& info) {
  const Node* node = scalar(key, info, Quotes::kRefused, "true or false");
  if (node == nullptr) return;
  const Result<bool> parsed = parse_boolean(node->text);
  if (!parsed) return report(node->position, path_of(key), parsed.error().message);
  value = *parsed;
}

void Parser::integer(std::string_view key, int64_t& value, const FieldInfo& info) {
  const Node* node = scalar(key, info, Quotes::kRefused, "a whole number");
  if (node == nullptr) return;
  store(*node, key, parse_integer(node->text), kItself, value, info, format_integer);
}

void Parser::count(std::string_view key, int64_t& value, const FieldInfo& info) {
  const Node* node = scalar(key, info, Quotes::kAllowed, "a count such as 100k");
  if (node == nullptr) return;
  store(*node, key, parse_strict_count(node->text), kItself, value, info, format_count);
}

void Parser::number(std::string_view key, double& value, const FieldInfo& info) {
  const Node* node = scalar(key, info, Quotes::kRefused, "a number");
  if (node == nullptr) return;
  store(*node, key, parse_number(node->text), kItself, value, info, format_integer);
}

void Parser::percent(std::string_view key, double& value, const FieldInfo& info) {
  const Node* node = scalar(key, info, Quotes::kAllowed, "a percentage such as 0.1%");
  if (node == nullptr) return;
  store(*node, key, parse_percent(node->text), kItself, value, info, format_integer);
}

void Parser::duration(std::string_view key, Duration& value, const FieldInfo& info) {
  const Node* node = scalar(key, info, Quotes::kAllowed, "a duration such as 15s");
  if (node == nullptr) return;
  store(*node, key, parse_duration(node->text), kNanoseconds, value, info, format_limit);
}

void Parser::bandwidth(std::string_view key, int64_t& value, const FieldInfo& info) {
  const Node* node = scalar(key, info, Quotes::kAllowed, "a bandwidth such as 200Mbit/s");
  if (node == nullptr) return;
  store(*node, key, parse_limited_bandwidth(node->text), kItself, value, info, format_bandwidth);
}

void Parser::string(std::string_view key, std::string& value, const FieldInfo& info) {
  const Node* node = scalar(key, info, Quotes::kAllowed, "a string");
  if (node == nullptr) return;
  const bool allowed = info.choices.empty() || std::find(info.choices.begin(), info.choices.end(),
                                                         node->text) != info.choices.end();
  if (!allowed) {
    std::string message = "'" + node->text + "' is not " +
                          (info.choices.size() > 1 ? "one of " : "") + quoted_list(info.choices);
    if (*info.otherwise != '\0') message += std::string("; ") + info.otherwise;
    return report(node->position, path_of(key), message);
  }
  value = node->text;
}

std::vector<std::string> Parser::string_items(const Node& list, const std::string& path) {
  std::vector<std::string> items;
  for (size_t i = 0; i < list.children.size(); ++i) {
    const Node& item = list.children[i];
    if (check_scalar(item, Quotes::kAllowed, "a string", path + "[" + std::to_string(i) + "]")) {
      items.push_back(item.text);
    }
  }
  return items;
}

void Parser::strings(std::string_view key, std::vector<std::string>& value, const FieldInfo& info) {
  const Node* node = container(key, Node::Kind::kList, info);
  if (node != nullptr) value = string_items(*node, path_of(key));
}

void Parser::string_map(std::string_view key,
                        std::vector<std::pair<std::string, std::string>>& value,
                        const FieldInfo& info) {
  const Node* node = container(key, Node::Kind::kMap, info);
  if (node == nullptr) return;
  value.clear();
  for (const Node& entry : node->children) {
    const std::string path = path_of(key) + "." + entry.key;
    if (check_scalar(entry, Quotes::kAllowed, "a string", path)) {
      value.emplace_back(entry.key, entry.text);
    }
  }
}

void Parser::secret(std::string_view key, Secret& value, const FieldInfo& info) {
  const Node* node = scalar(key, info, Quotes::kAllowed, "a string");
  if (node != nullptr) value = Secret(node->text);
}

void Parser::secret_map(std::string_view key, std::vector<std::pair<std::string, Secret>>& value,
                        const FieldInfo& info) {
  std::vector<std::pair<std::string, std::string>> texts;
  string_map(key, texts, info);
  if (!has(key)) return;
  value.clear();
  for (auto& [name, text] : texts) value.emplace_back(std::move(name), Secret(std::move(text)));
}

void Parser::string_lists(std::string_view key,
                          std::vector<std::pair<std::string, std::vector<std::string>>>& value,
                          const FieldInfo& info) {
  const Node* node = container(key, Node::Kind::kMap, info);
  if (node == nullptr) return;
  value.clear();
  for (const Node& entry : node->children) {
    const std::string path = path_of(key) + "." + entry.key;
    if (check_container(entry, Node::Kind::kList, path)) {
      value.emplace_back(entry.key, string_items(entry, path));
    }
  }
}

void Parser::ignored(std::string_view key) {
  if (look_up(key, {}) != nullptr) ignored_.push_back(path_of(key));
}

void Parser::unsupported(std::string_view key, std::string_view why) {
  if (const Node* node = look_up(key, {})) {
    report(node->key_position, path_of(key), why);
  }
}

void Parser::elsewhere(std::string_view key) { look_up(key, {}); }

void Parser::error(std::string_view path, std::string message) {
  const Node* node = top().node;
  for (std::string_view rest = path; !rest.empty();) {
    const Node* next = step(*node, rest);
    if (next == nullptr) break;
    node = next;
  }
  if (!diagnostics_.has_error_at(node->place())) report(node->place(), path_of(path), message);
}

bool Parser::has(std::string_view key) const { return stack_.back().node->find(key) != nullptr; }

Fields::Form Parser::form_of(std::string_view key, Form /*held*/) const {
  const Node* node = stack_.back().node->find(key);
  return node != nullptr && node->kind == Node::Kind::kMap ? Form::kMap : Form::kName;
}

bool Parser::enter(std::string_view key, const FieldInfo& info) {
  const Node* node = container(key, Node::Kind::kMap, info);
  if (node == nullptr) return false;
  stack_.push_back(Frame{node, path_of(key)});
  return true;
}

size_t Parser::enter_list(std::string_view key, size_t /*size*/, const FieldInfo& info) {
  const Node* node = container(key, Node::Kind::kList, info);
  if (node == nullptr) return kAbsent;
  stack_.push_back(Frame{node, path_of(key), true});
  return node->children.size();
}

bool Parser::enter_item(size_t i) {
  const Node& item = top().node->children[i];
  const std::string path = path_of("[" + std::to_string(i) + "]");
  if (!check_container(item, Node::Kind::kMap, path)) return false;
  stack_.push_back(Frame{&item, path});
  return true;
}

bool Parser::enter_map(std::string_view key, std::vector<std::string>& keys,
                       const FieldInfo& info) {
  const Node* node = container(key, Node::Kind::kMap, info);
  if (node == nullptr) return false;
  keys.clear();
  for (const Node& entry : node->children) keys.push_back(entry.key);
  stack_.push_back(Frame{node, path_of(key), true});
  return true;
}

bool Parser::enter_entry(std::string_view name) {
  const Node* entry = top().node->find(name);
  CHECK(entry != nullptr);
  const std::string path = path_of(name);
  if (!check_container(*entry, Node::Kind::kMap, path)) return false;
  stack_.push_back(Frame{entry, path});
  return true;
}

void Parser::leave() {
  report_unknown_keys(top());
  stack_.pop_back();
}

}  // namespace pushpull::yaml
