// How a client proves who it is, and to whom it speaks: what it gives to each of its requests.
// Files are read when a request leaves, as Prometheus does, so that a changed one counts from then
// on.
#pragma once

#include <cstdint>
#include <string>

#include "harness/base/result.h"
#include "harness/base/secret.h"

namespace pushpull {

enum class TlsVersion : uint8_t { kDefault, kTls10, kTls11, kTls12, kTls13 };

// Each of certificate authorities, certificate and key is text or a file, or neither.
struct TlsSettings {
  std::string ca;  // PEM; neither: the machine's own authorities
  std::string ca_file;
  std::string cert;
  std::string cert_file;
  Secret key;
  std::string key_file;
  std::string server_name;  // to verify; empty: the host of the URL
  bool insecure_skip_verify = false;
  TlsVersion min_version = TlsVersion::kDefault;  // 1.2
  TlsVersion max_version = TlsVersion::kDefault;

  bool operator==(const TlsSettings&) const = default;
};

// The value of a request's Authorization header. Immutable.
class AuthorizationSource {
 public:
  virtual ~AuthorizationSource() = default;
  // Empty: no such header. Any thread; may read a file. An error keeps the request from being sent.
  virtual Result<Secret> authorization() const = 0;
};

}  // namespace pushpull
