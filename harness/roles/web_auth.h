// Who may come in: what an Authorization header says, and whether it is good enough. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/base/secret.h"
#include "harness/net/message.h"
#include "harness/roles/web_config.h"

namespace pushpull {

struct BasicCredentials {
  std::string user;
  Secret password;
};
// As Go's Request.BasicAuth reads it; nothing where the header is anything else.
std::optional<BasicCredentials> parse_basic(std::string_view authorization);
// What follows "Bearer ", in any letter case; nothing where it is anything else.
std::optional<Secret> parse_bearer(std::string_view authorization);

// Error: not a bcrypt hash.
Status check_password_hash(const Secret& hash);
// A bcrypt hash takes tens of milliseconds to compare with, on purpose.
bool password_matches(const Secret& hash, const Secret& password);
// The hash to compare with where there is no such user, so that it takes as long.
Secret hash_of_nobody();

// Compares with all of them, in a time that does not depend on what they have in common.
bool token_is_known(const WebConfig& config, const Secret& token);

// 401, with the header and the body of exporter-toolkit; without users it asks for a token.
Response unauthorized(const WebConfig& config);

}  // namespace pushpull
