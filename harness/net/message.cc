#include "harness/net/message.h"

#include <algorithm>
#include <optional>

namespace pushpull {

namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";
constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";  // beside letters and digits

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_names(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a == b) return true;
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> query_unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ';') return std::nullopt;
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace

std::string_view Headers::get(std::string_view name) const {
  for (const Header& header : *this) {
    if (equal_names(header.name, name)) return header.value;
  }
  return "";
}

bool Headers::has(std::string_view name) const {
  return std::any_of(begin(), end(),
                     [&](const Header& header) { return equal_names(header.name, name); });
}

void Headers::add(std::string_view name, std::string_view value) {
  std::vector<Header> list(begin(), end());
  list.push_back(Header{std::string(name), std::string(value)});
  *this = Headers(std::move(list));
}

bool is_header_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
           kTokenMarks.find(c) != std::string_view::npos;
  });
}

std::string canonical_header_name(std::string_view name) {
  std::string out(name);
  if (!is_header_name(name)) return out;
  bool first = true;
  for (char& c : out) {
    c = lower(c);
    if (first && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    first = c == '-';
  }
  return out;
}

Headers with_header(const Headers& headers, Header added) {
  std::vector<Header> list(headers.begin(), headers.end());
  std::erase_if(list, [&](const Header& h) { return equal_names(h.name, added.name); });
  const auto behind = std::find_if(list.begin(), list.end(), [&](const Header& h) {
    return h.name != "User-Agent" && h.name > added.name;
  });
  list.insert(behind, std::move(added));
  return Headers(std::move(list));
}

Response error_response(int status, std::string_view text) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"},
                      {"X-Content-Type-Options", "nosniff"}};
  response.body.bytes = std::string(text) + "\n";
  return response;
}

std::vector<std::string> query_values(std::string_view query, std::string_view name) {
  std::vector<std::string> values;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const size_t equals = pair.find('=');
    const auto key = query_unescape(pair.substr(0, equals));
    if (!key || *key != name) continue;
    const bool bare = equals == std::string_view::npos;
    auto value = query_unescape(bare ? "" : pair.substr(equals + 1));
    if (value) values.push_back(std::move(*value));
  }
  return values;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHexDigits[byte >> 4];
      out += kHexDigits[byte & 15];
    }
  }
  return out;
}

}  // namespace pushpull
