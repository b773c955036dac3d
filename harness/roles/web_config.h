// The file of --web.config.file, as exporter-toolkit has it: users and TLS of a server. Beside its
// keys there is one of ours, bearer_tokens, since the real server knows no bearer authentication.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/base/secret.h"
#include "harness/net_http/tls_context.h"
#include "harness/yaml/fields.h"

namespace pushpull {

struct TlsServerConfig {
  std::string cert;
  std::string cert_file;
  Secret key;
  std::string key_file;
  std::string client_ca;
  std::string client_ca_file;
  std::string client_auth_type;
  std::string min_version = "TLS12";
  std::string max_version = "TLS13";

  // Whether anything asks for TLS.
  bool enabled() const;
};

struct WebConfig {
  TlsServerConfig tls;
  std::vector<std::pair<std::string, Secret>> users;          // bcrypt hashes of their passwords
  std::vector<std::pair<std::string, Secret>> bearer_tokens;  // by a name, which is for the reader

  bool wants_authorization() const { return !users.empty() || !bearer_tokens.empty(); }
};

void bind(yaml::Fields& fields, TlsServerConfig& config);
void bind(yaml::Fields& fields, WebConfig& config);

// Relative names of files are meant from the file's own folder. The error holds every mistake, the
// files' own included.
Result<WebConfig> load_web_config(const std::string& path);

// With what the files hold now. Requires: enabled().
Result<TlsServerSettings> tls_server_settings(const TlsServerConfig& config);

}  // namespace pushpull
