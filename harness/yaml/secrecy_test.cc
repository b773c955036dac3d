#include "harness/yaml/secrecy.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "harness/yaml/diagnostics.h"
#include "harness/yaml/document.h"
#include "harness/yaml/parser.h"

namespace pushpull::yaml {
namespace {

constexpr const char* kText = R"(remote_write:
- url: http://central/
  basic_auth:
    username: me
    password: hunter2
    pasword_file: x
  name: central
  bearer_token:
    hunter2
- {basic_auth: {username: me, "password" : hunter2}, nam: x}
- basic_auth: {usrname: me,
               passwrd: hunter2}
  password_file: path
)";

TEST(Secrecy, KnowsTheLinesOfSecrets) {
  const bool expected[] = {false, false, false, false, true, false, false,
                           true,  true,  true,  false, true, false};
  for (int line = 1; line <= 13; ++line) {
    EXPECT_EQ(may_hold_secret(kText, line), expected[line - 1]) << "line " << line;
  }
  EXPECT_FALSE(may_hold_secret("", 1));
  EXPECT_FALSE(may_hold_secret("a: b\n", 7));
}

TEST(Secrecy, APrivateKeyMakesEveryLineOne) {
  const std::string text =
      "tls_config:\n  key: |\n   -----BEGIN PRIVATE KEY-----\n   abc\nname: x\n";
  for (int line = 1; line <= 5; ++line) EXPECT_TRUE(may_hold_secret(text, line));
}

TEST(Secrecy, UsersOfAServerAreSecret) {
  EXPECT_TRUE(may_hold_secret("basic_auth_users:\n  me: hash\n", 2));
}

struct Login {
  std::string user;
  Secret password;
};
void bind(Fields& f, Login& login) {
  f.string("user", login.user, {});
  f.secret("password", login.password, {.required = true});
}

std::string errors_of(const std::string& text) {
  Diagnostics diagnostics;
  Login login;
  const auto source = std::make_shared<const Source>(Source{"login.yml", text});
  if (const std::optional<Node> root = parse_document(source, diagnostics)) {
    parse(*root, login, diagnostics);
  }
  return diagnostics.to_string();
}

// Mistakes of every kind around a secret: none of the messages may show it.
TEST(Secrecy, NoErrorQuotesASecret) {
  for (const char* text : {"user: {}\npassword: hunter2\nmore: 1", "{user: a, pasword: hunter2}",
                           "password: [hunter2]", "password: 'hunter2", "password: *hunter2",
                           "user: a\n passwrd: hunter2", "password: hunter2\npassword: hunter2",
                           "password:\n  - hunter2", "passwords: hunter2"}) {
    const std::string errors = errors_of(text);
    EXPECT_NE(errors, "") << text;
    EXPECT_EQ(errors.find("hunter2"), std::string::npos) << errors;
  }
  EXPECT_EQ(errors_of("password: hunter2"), "");
}

}  // namespace
}  // namespace pushpull::yaml
