#include "harness/yaml/secrecy.h"

#include <algorithm>
#include <string>
#include <vector>

#include "harness/yaml/suggest.h"

namespace pushpull::yaml {
namespace {

// Keys of prometheus.yml and of the web configuration whose values, or the values below, are
// secret.
constexpr std::string_view kSecretKeys[] = {
    "password",      "credentials",         "bearer_token",           "client_secret",
    "secret_key",    "access_key",          "client_certificate_key", "basic_auth_users",
    "bearer_tokens", "proxy_connect_header"};
constexpr size_t kTypos = 2;  // edits
constexpr size_t kLongestKey = 40;

bool names_secret(std::string_view key) {
  // Too short to be guessed at; and a path is none.
  if (key == "key") return true;
  if (key.ends_with("_file") || key.size() > kLongestKey) return false;
  return std::ranges::any_of(
      kSecretKeys, [&](std::string_view known) { return edit_distance(key, known) <= kTypos; });
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// Whether any word in front of a colon names a secret; inside a flow map there are several.
bool has_secret_key(std::string_view line) {
  for (size_t colon = line.find(':'); colon != std::string_view::npos;
       colon = line.find(':', colon + 1)) {
    size_t end = colon;
    while (end > 0 && (line[end - 1] == ' ' || line[end - 1] == '"' || line[end - 1] == '\''))
      --end;
    size_t begin = end;
    while (begin > 0 && is_word(line[begin - 1])) --begin;
    if (names_secret(line.substr(begin, end - begin))) return true;
  }
  return false;
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r") == line.npos; }

// A dash is part of the margin: "- key: …" owns what is indented more than the dash.
size_t indentation(std::string_view line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}

std::vector<std::string_view> lines_until(std::string_view text, int line) {
  std::vector<std::string_view> lines;
  while (static_cast<int>(lines.size()) < line) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

bool may_hold_secret(std::string_view text, int line) {
  if (text.find("PRIVATE KEY") != std::string_view::npos) return true;
  const std::vector<std::string_view> lines = lines_until(text, line);
  if (lines.empty()) return false;
  size_t margin = std::string_view::npos;
  for (auto it = lines.rbegin(); it != lines.rend(); ++it) {
    if (is_blank(*it) || indentation(*it) >= margin) continue;
    margin = indentation(*it);
    if (has_secret_key(*it)) return true;
  }
  return false;
}

}  // namespace pushpull::yaml
