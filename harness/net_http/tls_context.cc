#include "harness/net_http/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "harness/base/check.h"

namespace pushpull {
namespace {

constexpr std::streamsize kLongestFile = 4 << 20;

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct X509Free {
  void operator()(X509* cert) const { X509_free(cert); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using X509Ptr = std::unique_ptr<X509, X509Free>;

std::unique_ptr<BIO, BioFree> reader_of(const std::string& text) {
  std::unique_ptr<BIO, BioFree> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  CHECK(bio != nullptr);
  return bio;
}

// Without it OpenSSL asks the terminal for the password of an encrypted key.
int no_password(char*, int, int, void*) { return -1; }

X509Ptr next_certificate(BIO* bio) {
  X509Ptr cert(PEM_read_bio_X509(bio, nullptr, no_password, nullptr));
  ERR_clear_error();  // the end of the text is an error too
  return cert;
}

int version_number(TlsVersion version) {
  switch (version) {
    case TlsVersion::kDefault:
      return 0;
    case TlsVersion::kTls10:
      return TLS1_VERSION;
    case TlsVersion::kTls11:
      return TLS1_1_VERSION;
    case TlsVersion::kTls12:
      return TLS1_2_VERSION;
    case TlsVersion::kTls13:
      return TLS1_3_VERSION;
  }
  return 0;
}

// Go's default is 1.2, too.
void set_versions(SSL_CTX* context, TlsVersion min, TlsVersion max) {
  const TlsVersion least = min == TlsVersion::kDefault ? TlsVersion::kTls12 : min;
  // What 1.0 and 1.1 sign with, OpenSSL offers at this level only.
  if (least < TlsVersion::kTls12) SSL_CTX_set_security_level(context, 0);
  CHECK(SSL_CTX_set_min_proto_version(context, version_number(least)) == 1);
  CHECK(SSL_CTX_set_max_proto_version(context, version_number(max)) == 1);
}

SSL_CTX* new_context(const SSL_METHOD* method) {
  SSL_CTX* context = SSL_CTX_new(method);
  CHECK(context != nullptr) << tls_error_text();
  // Writes that do not fit are continued from another place; and each connection is one of many.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  return context;
}

// False where the text has no certificate. As Go's pools: a certificate in it is trusted, whoever
// has signed it.
bool trust(SSL_CTX* context, const std::string& pem, bool tell_clients) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  X509_VERIFY_PARAM_set_flags(X509_STORE_get0_param(store), X509_V_FLAG_PARTIAL_CHAIN);
  const auto bio = reader_of(pem);
  bool any = false;
  while (const X509Ptr cert = next_certificate(bio.get())) {
    X509_STORE_add_cert(store, cert.get());
    if (tell_clients) SSL_CTX_add_client_CA(context, cert.get());
    any = true;
  }
  ERR_clear_error();
  return any;
}

// The certificate, those that signed it, and its key.
Status use_certificate(SSL_CTX* context, const std::string& cert_pem, const Secret& key_pem) {
  const auto certs = reader_of(cert_pem);
  const X509Ptr own = next_certificate(certs.get());
  if (own == nullptr) return Error{"failed to find any PEM data in certificate input"};
  if (SSL_CTX_use_certificate(context, own.get()) != 1) return Error{tls_error_text()};
  while (X509Ptr issuer = next_certificate(certs.get())) {
    if (SSL_CTX_add_extra_chain_cert(context, issuer.get()) != 1) return Error{tls_error_text()};
    static_cast<void>(issuer.release());  // the context's now
  }
  const auto keys = reader_of(key_pem.reveal());
  const std::unique_ptr<EVP_PKEY, KeyFree> key(
      PEM_read_bio_PrivateKey(keys.get(), nullptr, no_password, nullptr));
  if (key == nullptr) {
    ERR_clear_error();
    return Error{"failed to find a private key without password in key input"};
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    ERR_clear_error();
    return Error{"private key does not match public key"};
  }
  return {};
}

// What OpenSSL selects points into it.
constexpr unsigned char kHttp11[] = "\x08http/1.1";

// HTTP/1.1 where the client offers it among others.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* in, unsigned in_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kHttp11, sizeof(kHttp11) - 1, in, in_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

int take_any_certificate(X509_STORE_CTX*, void*) { return 1; }

void demand_client_certificate(SSL_CTX* context, ClientAuth auth) {
  const bool any =
      auth == ClientAuth::kRequestClientCert || auth == ClientAuth::kRequireAnyClientCert;
  const bool must =
      auth == ClientAuth::kRequireAnyClientCert || auth == ClientAuth::kRequireAndVerifyClientCert;
  if (auth == ClientAuth::kNoClientCert) return;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (must ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                     nullptr);
  if (any) SSL_CTX_set_cert_verify_callback(context, take_any_certificate, nullptr);
}

Result<std::string> read_file(const std::string& path, const char* what) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kLongestFile, '\0');
  if (file) file.read(text.data(), kLongestFile);
  if (!file.is_open() || file.bad()) {
    return Error{"unable to read " + std::string(what) + ": unable to read file " + path + ": " +
                 std::strerror(errno)};
  }
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

Result<std::string> text_or_file(const std::string& text, const std::string& file,
                                 const char* what) {
  if (file.empty()) return text;
  return read_file(file, what);
}

}  // namespace

std::string tls_error_text() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "unexpected end of the connection";
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "error " + std::to_string(code);
}

Result<TlsMaterial> read_tls_material(const TlsSettings& settings) {
  const Result<std::string> ca = text_or_file(settings.ca, settings.ca_file, "CA cert");
  if (!ca) return ca.error();
  const Result<std::string> cert =
      text_or_file(settings.cert, settings.cert_file, "specified client cert");
  if (!cert) return cert.error();
  const Result<std::string> key =
      text_or_file(settings.key.reveal(), settings.key_file, "specified client key");
  if (!key) return key.error();
  return TlsMaterial{*ca, *cert, Secret(*key)};
}

Result<std::shared_ptr<const TlsContext>> TlsContext::client(const TlsSettings& settings,
                                                             const TlsMaterial& material) {
  const std::shared_ptr<TlsContext> made(new TlsContext(new_context(TLS_client_method())));
  made->server_name_ = settings.server_name;
  made->verifies_server_ = !settings.insecure_skip_verify;
  SSL_CTX* context = made->context_;
  set_versions(context, settings.min_version, settings.max_version);
  SSL_CTX_set_verify(context, settings.insecure_skip_verify ? SSL_VERIFY_NONE : SSL_VERIFY_PEER,
                     nullptr);
  const bool own_authorities = !settings.ca.empty() || !settings.ca_file.empty();
  if (!own_authorities) {
    SSL_CTX_set_default_verify_paths(context);
  } else if (!trust(context, material.ca, false)) {
    return Error{"unable to use specified CA cert " +
                 (settings.ca_file.empty() ? "<inline>" : "file " + settings.ca_file)};
  }
  if (material.cert.empty() && material.key.empty()) return std::shared_ptr<const TlsContext>(made);
  const Status used = use_certificate(context, material.cert, material.key);
  if (used) return std::shared_ptr<const TlsContext>(made);
  const auto place = [](const std::string& file) {
    return file.empty() ? std::string("<inline>") : "file " + file;
  };
  return Error{"unable to use specified client cert (" + place(settings.cert_file) + ") & key (" +
               place(settings.key_file) + "): " + used.error().message};
}

Result<std::shared_ptr<const TlsContext>> TlsContext::server(const TlsServerSettings& settings) {
  const std::shared_ptr<TlsContext> made(new TlsContext(new_context(TLS_server_method())));
  SSL_CTX* context = made->context_;
  set_versions(context, settings.min_version, settings.max_version);
  const Status used = use_certificate(context, settings.cert, settings.key);
  if (!used) return Error{"failed to load X509KeyPair: " + used.error().message};
  // As Go: a certificate of clients that cannot be read is none.
  if (settings.client_ca.empty()) {
    SSL_CTX_set_default_verify_paths(context);
  } else {
    trust(context, settings.client_ca, true);
  }
  demand_client_certificate(context, settings.client_auth);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  return std::shared_ptr<const TlsContext>(made);
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

}  // namespace pushpull
