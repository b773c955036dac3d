// The HTTP client of one configuration entry, with Prometheus's own keys and refusals: those that
// remote_write entries have, and scrape_configs too.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/base/secret.h"
#include "harness/http_client/tls_config.h"
#include "harness/net/client_settings.h"
#include "harness/yaml/fields.h"

namespace pushpull {

struct BasicAuth {
  std::string username;
  std::string username_file;
  Secret password;
  std::string password_file;
  HttpClientDialect dialect;  // no key

  bool operator==(const BasicAuth& other) const;
};

struct Authorization {
  std::string type = "Bearer";
  Secret credentials;
  std::string credentials_file;
  bool in_scenario = false;  // no key

  bool operator==(const Authorization&) const = default;
};

// At most one of the two. The legacy keys bearer_token and bearer_token_file become an
// authorization, as in Prometheus.
struct HttpClientConfig {
  std::optional<BasicAuth> basic_auth;
  std::optional<Authorization> authorization;
  TlsConfig tls_config;
  HttpClientDialect dialect;  // no key: whoever parses gives it with the prototype
};

void bind(yaml::Fields& fields, BasicAuth& config);
void bind(yaml::Fields& fields, Authorization& config);
// The entry's own keys join the same map, so this binds into it instead of an object of its own.
void bind_http_client(yaml::Fields& fields, HttpClientConfig& config);

HttpClientConfig http_client_defaults(const HttpClientDialect& dialect);

// File names that are relative are meant from the configuration file's folder.
void resolve_files(HttpClientConfig& config, const std::string& folder);

}  // namespace pushpull
