// For tests of processes that speak TLS and ask for credentials: certificates made for the
// occasion, servers with --web.config.file, leaves that write to them.
#pragma once

#include <gtest/gtest.h>

#include <charconv>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/base64.h"
#include "harness/net_http/certificates_for_test.h"
#include "harness/net_http/http_transport.h"
#include "harness/run/process_fixture.h"
#include "harness/systems/prometheus_system.h"

namespace pushpull {

class SecureTest : public ProcessTest {
 protected:
  // Of the user `me`, at bcrypt's least cost.
  static constexpr const char* kPassword = "hunter2";
  static constexpr const char* kHash =
      "$2y$04$eImiTXuWVxfM37uY4JANjOGsUXZ9lgxO08.Xl3PMrPktkpq9acsJi";

  SecureTest() {
    write("ca.crt", authority_.cert());
    put("central", authority_.sign("IP:127.0.0.1"));
    put("leaf", authority_.sign("DNS:leaf"));
    auto settings = std::make_shared<TlsSettings>();
    settings->ca_file = folder() + "/ca.crt";
    tls_ = settings;
  }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder() + "/" + name) << text;
    return folder() + "/" + name;
  }
  // With TLS; `more` is more of the web configuration.
  std::string web_config(const std::string& more, const std::string& tls = "") const {
    return write("web.yml", "tls_server_config: {cert_file: central.crt, key_file: central.key" +
                                tls + "}\n" + more);
  }
  static std::string users() { return std::string("basic_auth_users: {me: '") + kHash + "'}\n"; }
  static std::string basic(const std::string& user, const std::string& password) {
    return "Basic " + base64_encode(user + ":" + password);
  }

  std::unique_ptr<ChildProcess> start(const std::string& name, std::vector<std::string> argv) {
    auto child = ChildProcess::start({name, std::move(argv), folder() + "/" + name + ".log"});
    EXPECT_TRUE(child.ok()) << child.error().message;
    return child.ok() ? std::move(*child) : nullptr;
  }
  // A process of this binary, or of a real server ("prometheus-3.5"), with the file NAME.yml.
  std::unique_ptr<ChildProcess> start_prometheus(const std::string& name, const std::string& real,
                                                 const std::string& endpoint,
                                                 const std::string& yaml,
                                                 std::vector<std::string> flags) {
    std::vector<std::string> argv = {PUSHPULL_BINARY, "prometheus"};
    if (!real.empty()) {
      const auto system = PrometheusSystem::make(real);
      EXPECT_TRUE(system.ok()) << system.error().message;
      argv = {(*system)->argv({})[0]};
    }
    argv.push_back("--config.file=" + write(name + ".yml", yaml));
    argv.push_back("--web.listen-address=" + endpoint);
    argv.push_back("--storage.tsdb.path=" + folder() + "/" + name + ".data");
    for (std::string& flag : flags) argv.push_back(std::move(flag));
    return start(name, std::move(argv));
  }
  std::unique_ptr<ChildProcess> start_central(const std::string& endpoint,
                                              const std::string& web_config,
                                              const std::string& real = "") {
    return start_prometheus(
        "central", real, endpoint, "global: {}\n",
        {"--web.enable-remote-write-receiver", "--web.config.file=" + web_config});
  }
  // Scrapes a target of its own twice a second; `entry` is its remote_write, but for the URL.
  std::unique_ptr<ChildProcess> start_leaf(const std::string& endpoint, const std::string& target,
                                           const std::string& central, const std::string& entry,
                                           const std::string& real = "",
                                           std::vector<std::string> flags = {}) {
    targets_ = start("target", {PUSHPULL_BINARY, "target", "--listen=" + target, "--targets=1",
                                "--series=20", "--leaves=1"});
    return start_prometheus(
        "leaf", real, endpoint,
        "global: {scrape_interval: 500ms, scrape_timeout: 500ms}\n"
        "scrape_configs: [{job_name: t, metrics_path: /t/0/metrics, static_configs: [{targets: ['" +
            target + "']}]}]\nremote_write:\n- url: https://" + central +
            "/api/v1/write\n  queue_config: {batch_send_deadline: 500ms, max_backoff: 100ms}\n" +
            entry,
        std::move(flags));
  }

  Exchange get(const std::string& endpoint, const std::string& path, const std::string& query = "",
               const std::string& authorization = "",
               std::shared_ptr<const TlsSettings> tls = nullptr) {
    Request request;
    request.path = path;
    request.query = query;
    if (!authorization.empty()) request.headers = {{"Authorization", authorization}};
    request.tls = std::move(tls);
    Exchange result;
    transport_.send(endpoint, std::move(request), Duration::seconds(10), {}, Work::Kind::kNone,
                    [&](Exchange exchange) {
                      result = std::move(exchange);
                      loop_.stop();
                    });
    loop_.run();
    if (result.failed) result.response.status = 0;
    return result;
  }
  // Asks until it is so; false after half a minute.
  bool await(const std::function<bool()>& condition) {
    const Instant deadline = loop_.now() + Duration::seconds(30);
    while (!condition()) {
      if (loop_.now() >= deadline) return false;
      loop_.schedule_after(Duration::milliseconds(50), [this] { loop_.stop(); });
      loop_.run();
    }
    return true;
  }
  bool await_up(const std::string& endpoint, const std::string& authorization = "",
                const std::shared_ptr<const TlsSettings>& tls = nullptr) {
    return await(
        [&] { return get(endpoint, "/-/ready", "", authorization, tls).response.status == 200; });
  }
  // Whether the central has what the leaf scraped.
  bool has_arrived(const std::string& central, const std::string& authorization,
                   const std::shared_ptr<const TlsSettings>& tls) {
    const Exchange page =
        get(central, "/federate", "match[]=" + percent_encode("up{job=\"t\"}"), authorization, tls);
    return page.response.status == 200 && page.response.body.bytes.find("up{") != std::string::npos;
  }
  // The sum of a metric over its labels, of a server without TLS.
  double metric(const std::string& endpoint, const std::string& name) {
    const std::string page = "\n" + get(endpoint, "/metrics").response.body.bytes;
    double sum = 0;
    for (size_t at = page.find("\n" + name + "{"); at != std::string::npos;
         at = page.find("\n" + name + "{", at + 1)) {
      const size_t end = page.find('\n', at + 1);
      const size_t space = page.rfind(' ', end - 1);
      double value = 0;
      std::from_chars(page.data() + space + 1, page.data() + end, value);
      sum += value;
    }
    return sum;
  }

  RealLoop loop_;
  HttpTransport transport_{loop_};
  const TestAuthority authority_;
  std::shared_ptr<const TlsSettings> tls_;  // of clients that trust it
  std::unique_ptr<ChildProcess> targets_;

 private:
  void put(const std::string& name, const CertificateText& pair) const {
    write(name + ".crt", pair.cert);
    write(name + ".key", pair.key);
  }
};

}  // namespace pushpull
