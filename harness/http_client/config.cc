#include "harness/http_client/config.h"

#include "harness/base/ascii.h"

namespace pushpull {
namespace {

void bind_file(yaml::Fields& f, std::string_view key, std::string& value, const char* doc) {
  if (f.parsing() || !value.empty()) f.string(key, value, {.doc = doc});
}
void bind_secret(yaml::Fields& f, std::string_view key, Secret& value, bool in_scenario,
                 const char* doc) {
  if (in_scenario) {
    return f.unsupported(key, "a scenario is copied into its results: name a file instead");
  }
  if (f.parsing() || !value.empty()) f.secret(key, value, {.doc = doc});
}

struct LegacyToken {
  Secret token;
  std::string file;
  bool any() const { return !token.empty() || !file.empty(); }
};

// The releases' words, in their order: a document is told of its first mistake.
std::string mistake(const HttpClientConfig& c, const LegacyToken& legacy) {
  if (!legacy.token.empty() && !legacy.file.empty()) {
    return "at most one of bearer_token & bearer_token_file must be configured";
  }
  if (c.basic_auth && legacy.any()) {
    return "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured";
  }
  if (c.authorization && legacy.any()) {
    return "authorization is not compatible with bearer_token & bearer_token_file";
  }
  if (c.authorization && c.basic_auth) {
    return "at most one of basic_auth, oauth2 & authorization must be configured";
  }
  return "";
}

void refuse_foreign_authentication(yaml::Fields& f) {
  for (const char* key : {"oauth2", "sigv4", "azuread", "google_iam"}) {
    f.unsupported(key, "is not supported: use basic_auth or authorization");
  }
}

void refuse_proxies(yaml::Fields& f) {
  for (const char* key :
       {"proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header"}) {
    f.unsupported(key, "proxies are not supported; shape traffic with a link");
  }
}

}  // namespace

bool BasicAuth::operator==(const BasicAuth& other) const {
  return username == other.username && username_file == other.username_file &&
         password == other.password && password_file == other.password_file;
}

void bind(yaml::Fields& f, BasicAuth& c) {
  bind_file(f, "username", c.username, "name of the user");
  if (c.dialect.username_file) {
    bind_file(f, "username_file", c.username_file,
              "file that holds the name, read for each request");
  } else {
    f.unsupported("username_file",
                  "came with Prometheus 2.49; this one follows an earlier release");
  }
  bind_secret(f, "password", c.password, c.dialect.in_scenario, "password of the user");
  bind_file(f, "password_file", c.password_file,
            "file that holds the password, read for each request");
  for (const char* key : {"username_ref", "password_ref"}) {
    f.unsupported(key, "there is no secret manager, neither in Prometheus itself: name a file");
  }
  const bool refs = c.dialect.knows_references;
  if (!c.username.empty() && !c.username_file.empty()) {
    f.error(
        "username_file",
        refs ? "at most one of basic_auth username, username_file & username_ref must be configured"
             : "at most one of basic_auth username & username_file must be configured");
  }
  if (!c.password.empty() && !c.password_file.empty()) {
    f.error(
        "password_file",
        refs ? "at most one of basic_auth password, password_file & password_ref must be configured"
             : "at most one of basic_auth password & password_file must be configured");
  }
}

void bind(yaml::Fields& f, Authorization& c) {
  f.string("type", c.type, {.doc = "authentication scheme"});
  c.type = std::string(trimmed(c.type));
  if (c.type.empty()) c.type = "Bearer";
  bind_secret(f, "credentials", c.credentials, c.in_scenario, "what follows the scheme");
  bind_file(f, "credentials_file", c.credentials_file,
            "file that holds the credentials, read for each request");
  f.unsupported("credentials_ref",
                "there is no secret manager, neither in Prometheus itself: name a file");
  if (!c.credentials.empty() && !c.credentials_file.empty()) {
    f.error("credentials_file",
            "at most one of authorization credentials & credentials_file must be configured");
  }
  if (lower_case(c.type) == "basic") {
    f.error("type", "authorization type cannot be set to \"basic\", use \"basic_auth\" instead");
  }
}

void bind_http_client(yaml::Fields& f, HttpClientConfig& c) {
  if (f.parsing()) {
    c.basic_auth.emplace().dialect = c.dialect;
    c.authorization.emplace().in_scenario = c.dialect.in_scenario;
    c.tls_config.dialect = c.dialect;
  }
  f.optional("basic_auth", c.basic_auth, {.doc = "user and password"});
  f.optional("authorization", c.authorization, {.doc = "another Authorization header"});
  LegacyToken legacy;
  if (f.parsing()) {
    bind_secret(f, "bearer_token", legacy.token, c.dialect.in_scenario,
                "older form of authorization.credentials");
    f.string("bearer_token_file", legacy.file,
             {.doc = "older form of authorization.credentials_file"});
  }
  if (c.dialect.in_scenario) {
    f.unsupported("tls_config", "a run's addresses are http://: remove it");
  } else if (f.parsing() || !(c.tls_config.settings == TlsSettings())) {
    f.object("tls_config", c.tls_config, {.doc = "TLS, where the URL is https://"});
  }
  refuse_foreign_authentication(f);
  refuse_proxies(f);
  if (const std::string text = mistake(c, legacy); !text.empty()) {
    f.error("", text);
  } else if (legacy.any()) {
    c.authorization = Authorization{"Bearer", legacy.token, legacy.file, c.dialect.in_scenario};
  }
}

HttpClientConfig http_client_defaults(const HttpClientDialect& dialect) {
  HttpClientConfig config;
  config.dialect = dialect;
  config.tls_config.dialect = dialect;
  return config;
}

void resolve_files(HttpClientConfig& config, const std::string& folder) {
  resolve_files(config.tls_config.settings, folder);
  const auto resolve = [&](std::string& file) { file = resolve_file(file, folder); };
  if (config.basic_auth) {
    resolve(config.basic_auth->username_file);
    resolve(config.basic_auth->password_file);
  }
  if (config.authorization) resolve(config.authorization->credentials_file);
}

}  // namespace pushpull
