#include "harness/http_client/credentials.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "harness/base/ascii.h"
#include "harness/base/base64.h"

namespace pushpull {
namespace {

// A credential is short; a file that is not is none.
constexpr std::streamsize kLongestCredential = 1 << 20;

Result<std::string> read_credential(const std::string& path, const std::string& what) {
  const auto error = [&](const std::string& why) {
    return Error{"unable to read " + what + ": unable to read file " + path + ": " + why};
  };
  std::ifstream file(path, std::ios::binary);
  if (!file) return error(std::strerror(errno));
  std::string text(kLongestCredential + 1, '\0');
  file.read(text.data(), kLongestCredential + 1);
  if (file.bad()) return error(std::strerror(errno));
  if (file.gcount() > kLongestCredential) return error("it is longer than 1 MiB");
  text.resize(static_cast<size_t>(file.gcount()));
  return std::string(trimmed(text));
}

Result<std::string> text_or_file(const std::string& text, const std::string& file,
                                 const char* what) {
  if (file.empty()) return text;
  return read_credential(file, what);
}

class BasicSource : public AuthorizationSource {
 public:
  explicit BasicSource(BasicAuth config) : config_(std::move(config)) {}

  Result<Secret> authorization() const override {
    const Result<std::string> user =
        text_or_file(config_.username, config_.username_file, "basic auth username");
    if (!user) return user.error();
    const std::string& written = config_.password.reveal();
    const Result<std::string> password =
        text_or_file(config_.dialect.trims_password ? std::string(trimmed(written)) : written,
                     config_.password_file, "basic auth password");
    if (!password) return password.error();
    return Secret("Basic " + base64_encode(*user + ":" + *password));
  }

 private:
  const BasicAuth config_;
};

class CredentialsSource : public AuthorizationSource {
 public:
  explicit CredentialsSource(Authorization config) : config_(std::move(config)) {}

  Result<Secret> authorization() const override {
    const Result<std::string> credentials = text_or_file(
        config_.credentials.reveal(), config_.credentials_file, "authorization credentials");
    if (!credentials) return credentials.error();
    return Secret(config_.type + " " + *credentials);
  }

 private:
  const Authorization config_;
};

}  // namespace

std::shared_ptr<const AuthorizationSource> make_authorization(const HttpClientConfig& config) {
  if (config.basic_auth) return std::make_shared<BasicSource>(*config.basic_auth);
  if (!config.authorization) return nullptr;
  const Authorization& given = *config.authorization;
  const bool empty = given.credentials.empty() && given.credentials_file.empty();
  if (empty && !config.dialect.sends_empty_credentials) return nullptr;
  return std::make_shared<CredentialsSource>(given);
}

}  // namespace pushpull
