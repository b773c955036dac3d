// What the TLS connections of one client or server have in common: certificates, key, authorities,
// versions. By OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "harness/base/result.h"
#include "harness/base/secret.h"
#include "harness/net/client_settings.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace pushpull {

// Whether a server wants a certificate of its clients, in the names of exporter-toolkit (and Go).
enum class ClientAuth {
  kNoClientCert,
  kRequestClientCert,           // any, or none
  kRequireAnyClientCert,        // any
  kVerifyClientCertIfGiven,     // one of its authorities, or none
  kRequireAndVerifyClientCert,  // one of its authorities
};

// PEM text.
struct TlsServerSettings {
  std::string cert;
  Secret key;
  std::string client_ca;  // empty: the machine's own authorities
  ClientAuth client_auth = ClientAuth::kNoClientCert;
  TlsVersion min_version = TlsVersion::kTls12;
  TlsVersion max_version = TlsVersion::kTls13;

  bool operator==(const TlsServerSettings&) const = default;
};

// What the files of a client's settings hold now; text where the settings give text.
struct TlsMaterial {
  std::string ca;
  std::string cert;
  Secret key;

  bool operator==(const TlsMaterial&) const = default;
};
Result<TlsMaterial> read_tls_material(const TlsSettings& settings);

// Immutable; any thread.
class TlsContext {
 public:
  // Error: something is not PEM, or key and certificate do not belong together.
  static Result<std::shared_ptr<const TlsContext>> client(const TlsSettings& settings,
                                                          const TlsMaterial& material);
  static Result<std::shared_ptr<const TlsContext>> server(const TlsServerSettings& settings);

  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  ssl_ctx_st* get() const { return context_; }
  const std::string& server_name() const { return server_name_; }  // to verify; may be empty
  bool verifies_server() const { return verifies_server_; }

 private:
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}

  ssl_ctx_st* const context_;
  std::string server_name_;
  bool verifies_server_ = true;
};

// OpenSSL's last words of this thread, and clears them.
std::string tls_error_text();

}  // namespace pushpull
