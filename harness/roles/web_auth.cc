#include "harness/roles/web_auth.h"

#include <crypt.h>

#include <algorithm>
#include <array>
#include <memory>

#include "harness/base/base64.h"

namespace pushpull {
namespace {

// $2y$10$ and 53 characters of salt and hash.
constexpr size_t kHashSize = 60;
constexpr std::string_view kHashAlphabet =
    "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr int kLeastCost = 4;
constexpr int kMostCost = 31;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The rest of the header behind `scheme`, written in lower case and with its space.
std::optional<std::string_view> behind(std::string_view header, std::string_view scheme) {
  if (header.size() < scheme.size()) return std::nullopt;
  const bool same = std::equal(scheme.begin(), scheme.end(), header.begin(),
                               [](char a, char b) { return a == lower(b); });
  if (!same) return std::nullopt;
  return header.substr(scheme.size());
}

bool same_in_constant_time(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

}  // namespace

std::optional<BasicCredentials> parse_basic(std::string_view authorization) {
  const std::optional<std::string_view> encoded = behind(authorization, "basic ");
  if (!encoded) return std::nullopt;
  const std::optional<std::string> decoded = base64_decode(*encoded);
  if (!decoded) return std::nullopt;
  const size_t colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return BasicCredentials{decoded->substr(0, colon), Secret(decoded->substr(colon + 1))};
}

std::optional<Secret> parse_bearer(std::string_view authorization) {
  const std::optional<std::string_view> token = behind(authorization, "bearer ");
  if (!token) return std::nullopt;
  return Secret(std::string(*token));
}

Status check_password_hash(const Secret& hash) {
  const std::string& text = hash.reveal();
  const bool shaped = text.size() == kHashSize && text.starts_with("$2") && text[3] == '$' &&
                      text[6] == '$' && std::string_view("aby").find(text[2]) != std::string::npos;
  const Error error{"not a bcrypt hash such as $2y$10$… (htpasswd -nB makes one)"};
  if (!shaped) return error;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!digit(text[4]) || !digit(text[5])) return error;
  const int cost = (text[4] - '0') * 10 + (text[5] - '0');
  if (cost < kLeastCost || cost > kMostCost) {
    return Error{"a bcrypt hash of cost " + std::to_string(cost) + " is outside of 4 … 31"};
  }
  if (text.find_first_not_of(kHashAlphabet, 7) != std::string::npos) return error;
  return {};
}

bool password_matches(const Secret& hash, const Secret& password) {
  // crypt_r would stop at a zero byte and take what stands before it for the password.
  if (password.reveal().find('\0') != std::string::npos) return false;
  const auto data = std::make_unique<crypt_data>();
  const char* const made = crypt_r(password.reveal().c_str(), hash.reveal().c_str(), data.get());
  return made != nullptr && made[0] != '*' && same_in_constant_time(made, hash.reveal());
}

Secret hash_of_nobody() {
  return Secret("$2y$10$eImiTXuWVxfM37uY4JANjOdWF/QGlwtiifX.Xm/xAZ8bPhhX3SXCe");
}

bool token_is_known(const WebConfig& config, const Secret& token) {
  bool known = false;
  for (const auto& [name, secret] : config.bearer_tokens) {
    known |= same_in_constant_time(secret.reveal(), token.reveal());
  }
  return known;
}

Response unauthorized(const WebConfig& config) {
  Response response = error_response(401, "Unauthorized");
  response.headers = with_header(response.headers,
                                 {"Www-Authenticate", config.users.empty() ? "Bearer" : "Basic"});
  return response;
}

}  // namespace pushpull
