// For tests: an authority and the certificates that it signs, made when they are needed. Whoever
// includes this links OpenSSL.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace pushpull {

struct CertificateText {
  std::string cert;  // PEM
  std::string key;
};

class TestAuthority {
 public:
  TestAuthority() : key_(make_key()), cert_(make("pushpull test authority", "", true, nullptr)) {}

  std::string cert() const { return pem(cert_.get()); }
  // `names`: subject alternative names such as "DNS:central,IP:127.0.0.1".
  CertificateText sign(const std::string& names) const {
    const KeyPtr key = make_key();
    const CertPtr made = make("pushpull test", names, false, key.get());
    return {pem(made.get()), pem(key.get())};
  }

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* cert) const { X509_free(cert); }
    void operator()(BIO* bio) const { BIO_free(bio); }
  };
  using KeyPtr = std::unique_ptr<EVP_PKEY, Free>;
  using CertPtr = std::unique_ptr<X509, Free>;

  static KeyPtr make_key() { return KeyPtr(EVP_EC_gen("P-256")); }
  static void extend(X509* cert, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    ASSERT_NE(extension, nullptr) << value;
    X509_add_ext(cert, extension, -1);
    X509_EXTENSION_free(extension);
  }
  // Signed by this authority; by itself where it is the authority, whose key is the one it has.
  CertPtr make(const char* name, const std::string& names, bool authority, EVP_PKEY* key) const {
    constexpr long kDay = 86'400;
    CertPtr cert(X509_new());
    X509_set_version(cert.get(), 2);
    static long serial = 1;
    ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), serial++);
    X509_gmtime_adj(X509_getm_notBefore(cert.get()), -kDay);
    X509_gmtime_adj(X509_getm_notAfter(cert.get()), kDay);
    X509_set_pubkey(cert.get(), authority ? key_.get() : key);
    X509_NAME* subject = X509_get_subject_name(cert.get());
    std::string text = name;
    X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                               // OpenSSL takes unsigned characters.
                               static_cast<unsigned char*>(static_cast<void*>(text.data())), -1, -1,
                               0);
    X509* issuer = authority ? cert.get() : cert_.get();
    X509_set_issuer_name(cert.get(), X509_get_subject_name(issuer));
    extend(cert.get(), issuer, NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!names.empty()) extend(cert.get(), issuer, NID_subject_alt_name, names);
    EXPECT_GT(X509_sign(cert.get(), key_.get(), EVP_sha256()), 0);
    return cert;
  }
  static std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &data);
    return {data, static_cast<size_t>(size)};
  }
  static std::string pem(X509* cert) {
    const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), cert);
    return text_of(bio.get());
  }
  static std::string pem(EVP_PKEY* key) {
    const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(bio.get());
  }

  KeyPtr key_;
  CertPtr cert_;
};

}  // namespace pushpull
