#include "harness/net_http/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {
namespace {

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL: a peer that hangs up would end the process.
int* socket_of(BIO* bio) { return static_cast<int*>(BIO_get_data(bio)); }

int transferred(BIO* bio, ssize_t n, size_t* done, bool reading) {
  BIO_clear_retry_flags(bio);
  if (n > 0) {
    *done = static_cast<size_t>(n);
    return 1;
  }
  *done = 0;
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    reading ? BIO_set_retry_read(bio) : BIO_set_retry_write(bio);
  } else if (n == 0 && reading) {
    BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  }
  return 0;
}

int receive(BIO* bio, char* out, size_t size, size_t* done) {
  return transferred(bio, ::recv(*socket_of(bio), out, size, 0), done, true);
}
int transmit(BIO* bio, const char* bytes, size_t size, size_t* done) {
  return transferred(bio, ::send(*socket_of(bio), bytes, size, MSG_NOSIGNAL), done, false);
}
long control(BIO* bio, int command, long, void*) {
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_EOF:
      return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    default:
      return 0;
  }
}
int destroy(BIO* bio) {
  delete socket_of(bio);
  return 1;
}

// Made once and kept: OpenSSL has few numbers for them.
const BIO_METHOD* socket_method() {
  static const BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    CHECK(made != nullptr);
    BIO_meth_set_read_ex(made, receive);
    BIO_meth_set_write_ex(made, transmit);
    BIO_meth_set_ctrl(made, control);
    BIO_meth_set_destroy(made, destroy);
    return made;
  }();
  return method;
}

bool is_address(const std::string& host) {
  ASN1_OCTET_STRING* const address = a2i_IPADDRESS(host.c_str());
  ERR_clear_error();
  ASN1_OCTET_STRING_free(address);
  return address != nullptr;
}

// As Go verifies: subject alternative names only, wildcards for whole labels.
void verify_as(SSL* ssl, const std::string& name) {
  X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(
      param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (is_address(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str());
  } else {
    X509_VERIFY_PARAM_set1_host(param, name.c_str(), 0);
  }
}

int length_of(size_t size) {
  return static_cast<int>(std::min<size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

TlsSession::TlsSession(std::shared_ptr<const TlsContext> context, int socket)
    : context_(std::move(context)), ssl_(SSL_new(context_->get())) {
  CHECK(ssl_ != nullptr) << tls_error_text();
  bio_ = BIO_new(socket_method());
  CHECK(bio_ != nullptr);
  BIO_set_data(bio_, new int(socket));
  BIO_set_init(bio_, 1);
  SSL_set_bio(ssl_, bio_, bio_);
}

std::unique_ptr<TlsSession> TlsSession::client(std::shared_ptr<const TlsContext> context,
                                               int socket, const std::string& host) {
  std::unique_ptr<TlsSession> session(new TlsSession(std::move(context), socket));
  SSL* const ssl = session->ssl_;
  SSL_set_connect_state(ssl);
  const std::string& given = session->context_->server_name();
  const std::string& name = given.empty() ? host : given;
  if (!is_address(name)) {
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(name.c_str()));
  }
  if (session->context_->verifies_server()) verify_as(ssl, name);
  return session;
}

std::unique_ptr<TlsSession> TlsSession::server(std::shared_ptr<const TlsContext> context,
                                               int socket) {
  std::unique_ptr<TlsSession> session(new TlsSession(std::move(context), socket));
  SSL_set_accept_state(session->ssl_);
  return session;
}

TlsSession::~TlsSession() {
  if (open_) SSL_shutdown(ssl_);
  ERR_clear_error();
  SSL_free(ssl_);
}

TlsSession::Step TlsSession::handshake() {
  ERR_clear_error();
  const Step done = step(SSL_do_handshake(ssl_));
  open_ = done == Step::kDone;
  return done == Step::kClosed ? Step::kFailed : done;
}

TlsSession::Step TlsSession::read(char* out, size_t size, size_t& done) {
  ERR_clear_error();
  const int n = SSL_read(ssl_, out, length_of(size));
  done = static_cast<size_t>(std::max(n, 0));
  return step(n);
}

TlsSession::Step TlsSession::write(std::string_view bytes, size_t& done) {
  ERR_clear_error();
  const int n = SSL_write(ssl_, bytes.data(), length_of(bytes.size()));
  done = static_cast<size_t>(std::max(n, 0));
  return step(n);
}

bool TlsSession::is_quiet() {
  ERR_clear_error();
  char unasked;
  return open_ && step(SSL_peek(ssl_, &unasked, 1)) == Step::kWantRead;
}

TlsSession::Step TlsSession::step(int result) {
  if (result > 0) return Step::kDone;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return Step::kWantRead;
    case SSL_ERROR_WANT_WRITE:
      return Step::kWantWrite;
    case SSL_ERROR_ZERO_RETURN:
      return Step::kClosed;
    default:
      note_failure();
      return Step::kFailed;
  }
}

void TlsSession::note_failure() {
  open_ = false;
  met_plain_http_ = ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_HTTP_REQUEST;
  const long verdict = SSL_get_verify_result(ssl_);
  if (verdict != X509_V_OK && context_->verifies_server()) {
    error_ =
        std::string("tls: failed to verify certificate: ") + X509_verify_cert_error_string(verdict);
    ERR_clear_error();
  } else {
    error_ = "tls: " + tls_error_text();
  }
}

int64_t TlsSession::bytes_read() const { return static_cast<int64_t>(BIO_number_read(bio_)); }
int64_t TlsSession::bytes_written() const { return static_cast<int64_t>(BIO_number_written(bio_)); }

}  // namespace pushpull
