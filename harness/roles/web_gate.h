// The door of a server with --web.config.file: TLS for its connections, and a look at each request.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "harness/net/message.h"
#include "harness/net_http/http_server.h"
#include "harness/roles/web_auth.h"

namespace pushpull {

// As exporter-toolkit: the file, and the certificates it names, are read again for what comes next
// when they have changed; while the file is not right, requests are answered 500. What was compared
// with a hash once is remembered, and only one comparison runs at a time. Thread-safe.
class WebGate {
 public:
  // Error: the file, as it is now, is not right.
  static Result<std::unique_ptr<WebGate>> open(const std::string& path);

  // For a server; the gate outlives it.
  HttpServerOptions server_options();

  std::optional<Response> admit(const Request& request);
  Result<std::shared_ptr<const TlsContext>> tls();

 private:
  // When, and how large: what tells that a file was written anew.
  struct Version {
    std::filesystem::file_time_type time;
    uintmax_t size = 0;
    bool operator==(const Version&) const = default;
  };
  using Loaded = Result<std::shared_ptr<const WebConfig>>;

  explicit WebGate(std::string path) : path_(std::move(path)) {}
  Loaded config();
  bool knows(const WebConfig& config, const BasicCredentials& credentials);

  const std::string path_;
  bool serves_tls_ = false;

  std::mutex mutex_;  // of what follows
  std::optional<Version> version_;
  std::optional<Loaded> loaded_;
  TlsServerSettings tls_settings_;
  std::shared_ptr<const TlsContext> context_;
  std::map<std::string, bool> compared_;  // verdicts by user, hash and password

  std::mutex comparing_;
};

}  // namespace pushpull
