#include "harness/http_client/tls_config.h"

#include <filesystem>
#include <string_view>

namespace pushpull {
namespace {

constexpr std::string_view kVersions[] = {"", "TLS10", "TLS11", "TLS12", "TLS13"};

// Written out only where it is set: Prometheus does not know an empty one.
void bind_version(yaml::Fields& f, std::string_view key, TlsVersion& version, const char* doc) {
  std::string text(kVersions[static_cast<size_t>(version)]);
  if (!f.parsing() && text.empty()) return;
  f.string(key, text, {.doc = doc});
  for (size_t i = 0; i < std::size(kVersions); ++i) {
    if (text != kVersions[i] || (i == 0 && f.has(key))) continue;
    version = static_cast<TlsVersion>(i);
    return;
  }
  f.error(key, "unknown TLS version: " + text + " (known: TLS10, TLS11, TLS12, TLS13)");
}

void bind_text(yaml::Fields& f, std::string_view key, std::string& value, const char* doc) {
  if (f.parsing() || !value.empty()) f.string(key, value, {.doc = doc});
}

void bind_inline(yaml::Fields& f, TlsConfig& c) {
  if (!c.dialect.inline_certificates) {
    for (const char* key : {"ca", "cert", "key"}) {
      f.unsupported(key,
                    "came with Prometheus 2.45; this one follows an earlier release: name a file");
    }
    return;
  }
  bind_text(f, "ca", c.settings.ca, "certificate authorities to trust, as PEM text");
  bind_text(f, "cert", c.settings.cert, "the client's certificate, as PEM text");
  if (f.parsing() || !c.settings.key.empty()) {
    f.secret("key", c.settings.key, {.doc = "the client's private key, as PEM text"});
  }
}

// In the words of the releases.
void check_pairs(yaml::Fields& f, const TlsConfig& c) {
  const TlsSettings& s = c.settings;
  const bool refs = c.dialect.knows_references;
  const bool cert = !s.cert.empty() || !s.cert_file.empty();
  const bool key = !s.key.empty() || !s.key_file.empty();
  if (!s.ca.empty() && !s.ca_file.empty()) {
    f.error("ca_file", refs ? "at most one of ca, ca_file & ca_ref must be configured"
                            : "at most one of ca and ca_file must be configured");
  }
  if (!s.cert.empty() && !s.cert_file.empty()) {
    f.error("cert_file", refs ? "at most one of cert, cert_file & cert_ref must be configured"
                              : "at most one of cert and cert_file must be configured");
  }
  if (!s.key.empty() && !s.key_file.empty()) {
    f.error("key_file", "at most one of key and key_file must be configured");
  }
  if (cert == key) return;
  if (!c.dialect.inline_certificates) {
    f.error(cert ? "cert_file" : "key_file",
            cert ? "client cert file \"" + s.cert_file + "\" specified without client key file"
                 : "client key file \"" + s.key_file + "\" specified without client cert file");
  } else if (cert) {
    f.error("",
            "exactly one of key or key_file must be configured when a client certificate is "
            "configured");
  } else {
    f.error("",
            "exactly one of cert or cert_file must be configured when a client key is configured");
  }
}

}  // namespace

void bind(yaml::Fields& f, TlsConfig& c) {
  TlsSettings& s = c.settings;
  bind_inline(f, c);
  bind_text(f, "ca_file", s.ca_file, "certificate authorities to trust; else the machine's own");
  bind_text(f, "cert_file", s.cert_file, "the client's certificate");
  bind_text(f, "key_file", s.key_file, "the client's private key");
  bind_text(f, "server_name", s.server_name, "name to verify instead of the URL's host");
  f.boolean("insecure_skip_verify", s.insecure_skip_verify,
            {.doc = "take any certificate of the server"});
  bind_version(f, "min_version", s.min_version, "lowest TLS version; default TLS12");
  bind_version(f, "max_version", s.max_version, "highest TLS version");
  for (const char* key : {"ca_ref", "cert_ref", "key_ref"}) {
    f.unsupported(key, "there is no secret manager, neither in Prometheus itself: name a file");
  }
  check_pairs(f, c);
  if (s.max_version != TlsVersion::kDefault && s.max_version < s.min_version) {
    f.error(
        "max_version",
        "tls_config.max_version must be greater than or equal to tls_config.min_version if both "
        "are specified");
  }
}

std::string resolve_file(const std::string& file, const std::string& folder) {
  if (file.empty() || file.starts_with('/')) return file;
  return (std::filesystem::path(folder) / file).lexically_normal().string();
}

void resolve_files(TlsSettings& settings, const std::string& folder) {
  for (std::string* file : {&settings.ca_file, &settings.cert_file, &settings.key_file}) {
    *file = resolve_file(*file, folder);
  }
}

}  // namespace pushpull
