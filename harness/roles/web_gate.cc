#include "harness/roles/web_gate.h"

#include <system_error>
#include <utility>

#include "harness/base/base64.h"
#include "harness/base/log.h"

namespace pushpull {
namespace {

// As many as exporter-toolkit remembers; then all are forgotten.
constexpr size_t kRemembered = 100;

}  // namespace

Result<std::unique_ptr<WebGate>> WebGate::open(const std::string& path) {
  std::unique_ptr<WebGate> gate(new WebGate(path));
  const Loaded config = gate->config();
  if (!config) return config.error();
  gate->serves_tls_ = (*config)->tls.enabled();
  return gate;
}

HttpServerOptions WebGate::server_options() {
  HttpServerOptions options;
  options.admit = [this](const Request& request) { return admit(request); };
  if (serves_tls_) options.tls = [this] { return tls(); };
  return options;
}

WebGate::Loaded WebGate::config() {
  std::error_code failed;
  const Version now{std::filesystem::last_write_time(path_, failed),
                    std::filesystem::file_size(path_, failed)};
  const std::lock_guard lock(mutex_);
  if (loaded_ && !failed && version_ == now) return *loaded_;
  Result<WebConfig> read = load_web_config(path_);
  if (read) {
    loaded_ = std::make_shared<const WebConfig>(std::move(*read));
  } else {
    loaded_ = read.error();
  }
  version_ = now;
  return *loaded_;
}

Result<std::shared_ptr<const TlsContext>> WebGate::tls() {
  const Loaded loaded = config();
  if (!loaded) return loaded.error();
  if (!(*loaded)->tls.enabled()) return Error{"TLS config is not present"};
  Result<TlsServerSettings> settings = tls_server_settings((*loaded)->tls);
  if (!settings) return settings.error();
  const std::lock_guard lock(mutex_);
  if (context_ != nullptr && tls_settings_ == *settings) return context_;
  Result<std::shared_ptr<const TlsContext>> made = TlsContext::server(*settings);
  if (!made) return made;
  tls_settings_ = std::move(*settings);
  context_ = *made;
  return made;
}

std::optional<Response> WebGate::admit(const Request& request) {
  const Loaded loaded = config();
  if (!loaded) {
    log_error("Unable to parse configuration: " + loaded.error().message);
    return error_response(500, "Internal Server Error");
  }
  const WebConfig& config = **loaded;
  if (!config.wants_authorization()) return std::nullopt;
  const std::string_view header = request.headers.get("Authorization");
  if (const std::optional<Secret> token = parse_bearer(header)) {
    if (token_is_known(config, *token)) return std::nullopt;
  } else if (const std::optional<BasicCredentials> credentials = parse_basic(header)) {
    if (!config.users.empty() && knows(config, *credentials)) return std::nullopt;
  }
  return unauthorized(config);
}

bool WebGate::knows(const WebConfig& config, const BasicCredentials& credentials) {
  const Secret* hash = nullptr;
  for (const auto& [user, known] : config.users) {
    if (user == credentials.user) hash = &known;
  }
  const Secret compared_with = hash == nullptr ? hash_of_nobody() : *hash;
  const std::string key = base64_encode(credentials.user) + ":" +
                          base64_encode(compared_with.reveal()) + ":" +
                          base64_encode(credentials.password.reveal());
  {
    const std::lock_guard lock(mutex_);
    const auto found = compared_.find(key);
    if (found != compared_.end()) return found->second;
  }
  bool matches = false;
  {
    const std::lock_guard lock(comparing_);
    matches = password_matches(compared_with, credentials.password) && hash != nullptr;
  }
  const std::lock_guard lock(mutex_);
  if (compared_.size() >= kRemembered) compared_.clear();
  compared_[key] = matches;
  return matches;
}

}  // namespace pushpull
