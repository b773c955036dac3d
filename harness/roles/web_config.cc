#include "harness/roles/web_config.h"

#include <filesystem>
#include <memory>
#include <optional>

#include "harness/http_client/tls_config.h"
#include "harness/roles/web_auth.h"
#include "harness/yaml/document.h"
#include "harness/yaml/parser.h"

namespace pushpull {
namespace {

constexpr std::string_view kVersions[] = {"", "TLS10", "TLS11", "TLS12", "TLS13"};

TlsVersion version_of(const std::string& name) {
  for (size_t i = 1; i < std::size(kVersions); ++i) {
    if (name == kVersions[i]) return static_cast<TlsVersion>(i);
  }
  return TlsVersion::kDefault;
}

std::optional<ClientAuth> client_auth_of(const std::string& name) {
  if (name.empty() || name == "NoClientCert") return ClientAuth::kNoClientCert;
  if (name == "RequestClientCert") return ClientAuth::kRequestClientCert;
  // The second is the older name.
  if (name == "RequireAnyClientCert" || name == "RequireClientCert") {
    return ClientAuth::kRequireAnyClientCert;
  }
  if (name == "VerifyClientCertIfGiven") return ClientAuth::kVerifyClientCertIfGiven;
  if (name == "RequireAndVerifyClientCert") return ClientAuth::kRequireAndVerifyClientCert;
  return std::nullopt;
}

void check_version(yaml::Fields& f, std::string_view key, const std::string& name) {
  if (version_of(name) == TlsVersion::kDefault) f.error(key, "unknown TLS version: " + name);
}

Result<std::string> text_or_file(const std::string& text, const std::string& file,
                                 const char* key) {
  if (file.empty()) return text;
  Result<std::string> read = yaml::read_text_file(file);
  if (!read) {
    return Error{"failed to read " + std::string(key) + " (" + file + "): " + read.error().message};
  }
  return read;
}

}  // namespace

bool TlsServerConfig::enabled() const {
  return !(cert.empty() && cert_file.empty() && key.empty() && key_file.empty() &&
           client_ca.empty() && client_ca_file.empty() && client_auth_type.empty());
}

void bind(yaml::Fields& f, TlsServerConfig& c) {
  f.string("cert", c.cert, {.doc = "the server's certificate, as PEM text"});
  f.string("cert_file", c.cert_file, {.doc = "the server's certificate; wins over cert"});
  f.secret("key", c.key, {.doc = "its private key, as PEM text"});
  f.string("key_file", c.key_file, {.doc = "its private key; wins over key"});
  f.string("client_ca", c.client_ca, {.doc = "who signs the clients' certificates, as PEM text"});
  f.string("client_ca_file", c.client_ca_file, {.doc = "who signs them; wins over client_ca"});
  f.string("client_auth_type", c.client_auth_type, {.doc = "whether clients need a certificate"});
  f.string("min_version", c.min_version, {.doc = "lowest TLS version"});
  f.string("max_version", c.max_version, {.doc = "highest TLS version"});
  f.unsupported("client_allowed_sans", "names of clients are not looked at");
  for (const char* key : {"cipher_suites", "curve_preferences", "prefer_server_cipher_suites"}) {
    f.ignored(key);
  }
  check_version(f, "min_version", c.min_version);
  check_version(f, "max_version", c.max_version);
  if (!c.enabled()) return;
  if (c.cert.empty() && c.cert_file.empty()) f.error("", "missing one of cert or cert_file");
  if (c.key.empty() && c.key_file.empty()) f.error("", "missing one of key or key_file");
  const std::optional<ClientAuth> auth = client_auth_of(c.client_auth_type);
  if (!auth) f.error("client_auth_type", "Invalid ClientAuth: " + c.client_auth_type);
  if (auth == ClientAuth::kNoClientCert && (!c.client_ca.empty() || !c.client_ca_file.empty())) {
    f.error("", "Client CA's have been configured without a Client Auth Policy");
  }
}

void bind(yaml::Fields& f, WebConfig& c) {
  f.object("tls_server_config", c.tls, {.doc = "TLS"});
  f.secret_map("basic_auth_users", c.users,
               {.doc = "users and the bcrypt hashes of their passwords"});
  f.secret_map("bearer_tokens", c.bearer_tokens,
               {.doc = "names and bearer tokens; not Prometheus's"});
  // HTTP/2 is not spoken, and browsers are not served.
  f.ignored("http_server_config");
  f.unsupported("rate_limit", "requests are not limited");
  for (const auto& [user, hash] : c.users) {
    const Status valid = check_password_hash(hash);
    if (!valid) f.error("basic_auth_users." + user, valid.error().message);
  }
  for (const auto& [name, token] : c.bearer_tokens) {
    if (token.empty()) f.error("bearer_tokens." + name, "an empty token would let everybody in");
  }
}

Result<WebConfig> load_web_config(const std::string& path) {
  Result<std::string> text = yaml::read_text_file(path);
  if (!text) return text.error();
  const auto source = std::make_shared<const yaml::Source>(yaml::Source{path, std::move(*text)});
  yaml::Diagnostics diagnostics;
  WebConfig config;
  if (const std::optional<yaml::Node> root = yaml::parse_document(source, diagnostics)) {
    yaml::parse(*root, config, diagnostics);
  }
  if (!diagnostics.empty()) return diagnostics.to_error();
  const std::string folder = std::filesystem::path(path).parent_path().string();
  for (std::string* file :
       {&config.tls.cert_file, &config.tls.key_file, &config.tls.client_ca_file}) {
    *file = resolve_file(*file, folder);
  }
  if (!config.tls.enabled()) return config;
  const Result<TlsServerSettings> settings = tls_server_settings(config.tls);
  if (!settings) return Error{path + ": error: " + settings.error().message};
  const auto usable = TlsContext::server(*settings);
  if (!usable) return Error{path + ": error: " + usable.error().message};
  return config;
}

Result<TlsServerSettings> tls_server_settings(const TlsServerConfig& config) {
  const Result<std::string> cert = text_or_file(config.cert, config.cert_file, "cert_file");
  if (!cert) return cert.error();
  const Result<std::string> key = text_or_file(config.key.reveal(), config.key_file, "key_file");
  if (!key) return key.error();
  const Result<std::string> client_ca =
      text_or_file(config.client_ca, config.client_ca_file, "client_ca_file");
  if (!client_ca) return client_ca.error();
  TlsServerSettings settings;
  settings.cert = *cert;
  settings.key = Secret(*key);
  settings.client_ca = *client_ca;
  settings.client_auth = *client_auth_of(config.client_auth_type);
  settings.min_version = version_of(config.min_version);
  settings.max_version = version_of(config.max_version);
  return settings;
}

}  // namespace pushpull
