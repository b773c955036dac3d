#include "harness/roles/prometheus_role.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "harness/net_http/http_server.h"
#include "harness/net_http/raw_peer.h"
#include "harness/net_http/socket.h"
#include "harness/roles/role_process.h"
#include "harness/wire/compression.h"
#include "harness/wire/write_request.h"

namespace pushpull {
namespace {

class PrometheusRoleTest : public testing::Test {
 protected:
  PrometheusRoleTest() {
    std::filesystem::create_directories(folder_);
    options_.config_file = folder_ + "/prometheus.yml";
    options_.storage_path = folder_ + "/data";
    options_.listen = "127.0.0.1:0";
    options_.host_name = "leaf-0";
    options_.enable_receiver = true;
    configure("");
  }
  ~PrometheusRoleTest() override { std::filesystem::remove_all(folder_); }

  void configure(const std::string& yaml) const {
    std::ofstream(options_.config_file) << "global: {scrape_interval: 1s}\n" << yaml;
  }
  std::unique_ptr<RoleProcess> start() const {
    return std::make_unique<RoleProcess>([this] { return run_prometheus_role(options_); });
  }

  const std::string folder_ =
      testing::TempDir() + "prometheus_role_test." + std::to_string(getpid());
  PrometheusRoleOptions options_;
};

Request write_request(std::string body) {
  Request request;
  request.method = "POST";
  request.path = "/api/v1/write";
  request.headers = {{"Content-Type", "application/x-protobuf"},
                     {"Content-Encoding", "snappy"},
                     {"X-Prometheus-Remote-Write-Version", "0.1.0"}};
  request.body.bytes = std::move(body);
  return request;
}

// `name` with one sample of now.
std::string written(const std::string& name, double value) {
  auto record = std::make_shared<Record>();
  record->layout = std::make_shared<Layout>(1, 1, nullptr);
  record->timestamp_ms = RealLoop().now().unix_ms();
  record->values = {value};
  wire::LabelBlock::Builder labels;
  labels.add({{"__name__", name}});
  std::string memory;
  const std::vector<wire::WriteSlice> slices = {{Slice::whole(record), labels.build()}};
  return wire::snappy_compress(wire::encode_write_request(slices, memory));
}

TEST_F(PrometheusRoleTest, AMistakeInTheConfigurationIsShownWhereItIs) {
  configure("scrape_configs:\n  - job_name: node\n    static_confgs: []\n");
  const auto role = start();
  EXPECT_EQ(role->await_end(), 2);
  EXPECT_NE(role->output().find("prometheus.yml:4:5: error: unknown key 'static_confgs'"),
            std::string::npos)
      << role->output();
  EXPECT_NE(role->output().find("static_configs"), std::string::npos) << role->output();
}

TEST_F(PrometheusRoleTest, AMissingConfigurationNamesItsFlag) {
  options_.config_file = folder_ + "/none.yml";
  const auto role = start();
  EXPECT_EQ(role->await_end(), 2);
  EXPECT_NE(role->output().find("none.yml"), std::string::npos) << role->output();
  EXPECT_NE(role->output().find("--config.file"), std::string::npos) << role->output();
}

TEST_F(PrometheusRoleTest, ItDoesNotStartWithoutItsDoor) {
  options_.web_config_file = folder_ + "/web.yml";
  std::ofstream(options_.web_config_file) << "basic_auth_users: {me: hunter2}\n";
  const auto role = start();
  EXPECT_EQ(role->await_end(), 2);
  EXPECT_NE(role->output().find("web.yml:1:24: error: basic_auth_users.me: not a bcrypt hash"),
            std::string::npos)
      << role->output();
  EXPECT_EQ(role->output().find("hunter2"), std::string::npos);
}

TEST_F(PrometheusRoleTest, ItDoesNotStartWithoutItsCertificates) {
  configure("remote_write: [{url: 'https://a/', tls_config: {ca_file: none.crt}}]\n");
  const auto role = start();
  EXPECT_EQ(role->await_end(), 2);
  EXPECT_NE(
      role->output().find("unable to read CA cert: unable to read file " + folder_ + "/none.crt"),
      std::string::npos)
      << role->output();
}

TEST_F(PrometheusRoleTest, APortInUseIsNamed) {
  const FileDescriptor taken = std::move(*listen_on({"127.0.0.1", 0}));
  const std::string port = std::to_string(*local_port(taken));
  options_.listen = "127.0.0.1:" + port;
  const auto role = start();
  EXPECT_EQ(role->await_end(), 1);
  EXPECT_NE(role->output().find(port), std::string::npos) << role->output();
}

TEST_F(PrometheusRoleTest, TheHeadOutlivesARestart) {
  const auto first = start();
  const std::string endpoint = first->await_endpoint();
  EXPECT_EQ(ask(endpoint, write_request(written("kept", 7))).response.status, 204);
  first->signal(SIGTERM);
  EXPECT_EQ(first->await_end(), 0) << first->output();
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/data/pushpull-head"));

  const auto second = start();
  const Exchange page = get(second->await_endpoint(), "/federate", "match[]=kept");
  EXPECT_TRUE(page.response.body.bytes.starts_with("# TYPE kept untyped\nkept{instance=\"\"} 7 "))
      << page.response.body.bytes;
  second->signal(SIGINT);
  EXPECT_EQ(second->await_end(), 0) << second->output();
}

TEST_F(PrometheusRoleTest, TheRunnerEndsItThroughStdin) {
  options_.control = true;
  const auto told = start();
  told->await("port ");
  told->command("finish");
  EXPECT_EQ(told->await_end(), 0) << told->output();
  // A runner that has died closes stdin.
  const auto orphan = start();
  orphan->await("port ");
  orphan->close_input();
  EXPECT_EQ(orphan->await_end(), 0) << orphan->output();
}

TEST_F(PrometheusRoleTest, HostileRequestsAreRefusedAndHarmless) {
  const auto role = start();
  const std::string endpoint = role->await_endpoint();
  const std::string good = written("good", 1);
  const std::vector<std::string> hostile = {
      "",
      "garbage",
      std::string("\xff\xff\xff\xff\x0f", 5) + "x",                   // says 4 GiB
      good.substr(0, good.size() - 1),                                // cut short
      wire::snappy_compress("\x0a\x7f"),                              // a field longer than all
      wire::snappy_compress(std::string("\x0a\x03\x0a\x01\xff", 5)),  // a label cut short
      wire::snappy_compress(std::string(1000, '\xff')),               // a tag without end
  };
  for (size_t i = 0; i < hostile.size(); ++i) {
    EXPECT_EQ(ask(endpoint, write_request(hostile[i])).response.status, 400) << "body " << i;
  }
  Request text = write_request(good);
  text.headers = {{"Content-Type", "text/plain"}};
  EXPECT_EQ(ask(endpoint, std::move(text)).response.status, 415);
  EXPECT_EQ(get(endpoint, "/federate", "match[]={broken").response.status, 400);

  EXPECT_EQ(ask(endpoint, write_request(good)).response.status, 204);
  EXPECT_EQ(get(endpoint, "/-/healthy").response.status, 200);
}

TEST_F(PrometheusRoleTest, WhatIsTooLongOrNoHttpIsTurnedAway) {
  const auto role = start();
  const std::string endpoint = role->await_endpoint();
  const std::string too_long(static_cast<size_t>(HttpSessionOptions().max_body_bytes) + 1, 'x');
  EXPECT_EQ(ask(endpoint, write_request(too_long)).response.status, 413);

  for (const std::string_view bytes :
       {std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01", 8), std::string_view("GET\r\n\r\n"),
        std::string_view(
            "POST /api/v1/write HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")}) {
    RealLoop clock;
    const StopSignal stop;
    ConnectFailure failure;
    FileDescriptor socket =
        connect_to(*parse_endpoint(endpoint), Instant::max(), clock, stop, failure);
    ASSERT_EQ(::fcntl(socket.get(), F_SETFL, 0), 0) << failure.message;
    RawPeer peer(std::move(socket));
    peer.write(bytes);
    peer.finish_writing();
    const std::string line = peer.read_until("\r\n");
    EXPECT_TRUE(line.empty() || line.starts_with("HTTP/1.1 400")) << line;
  }
  EXPECT_EQ(get(endpoint, "/-/healthy").response.status, 200);
}

// Answers each scrape with the next page, and the one after the last with silence and the end of
// the loop.
class HostileTarget : public Service {
 public:
  HostileTarget(RealLoop& loop, std::vector<std::string> pages)
      : loop_(loop), pages_(std::move(pages)) {}
  Decoder decoder(const Request& /*request*/) const override { return {}; }
  Work receive_work(const Request& /*request*/) const override { return {}; }
  void handle(Arrival /*arrival*/, Respond respond) override {
    if (next_ == pages_.size()) return loop_.stop();
    Response response;
    response.headers = {{"Content-Type", "text/plain; version=0.0.4"}};
    response.body.bytes = pages_[next_++];
    respond(std::move(response));
  }

 private:
  RealLoop& loop_;
  std::vector<std::string> pages_;
  size_t next_ = 0;
};

TEST_F(PrometheusRoleTest, AHostileExpositionIsAFailedScrape) {
  // The port is known before the role starts; the server's threads start after it.
  FileDescriptor held = std::move(*listen_on({"127.0.0.1", 0}));
  const std::string target = "127.0.0.1:" + std::to_string(*local_port(held));
  configure(
      "scrape_configs:\n  - {job_name: x, scrape_interval: 100ms, scrape_timeout: 100ms, "
      "static_configs: [{targets: ['" +
      target + "']}]}\n");
  held = FileDescriptor();
  const auto role = start();

  RealLoop loop;
  HostileTarget service(loop, {"good 1\n", "bad{", "bad{a=\"\xff\"} 1\n", std::string(100'000, '{'),
                               std::string("bad\0 1\n", 7), "bad 1 99999999999999999999\n"});
  const auto server = HttpServer::start(loop, service, target);
  ASSERT_TRUE(server.ok()) << server.error().message;
  loop.run();
  const Exchange page =
      get(role->await_endpoint(), "/federate", "match[]=up&match[]=bad&match[]=good");
  EXPECT_NE(page.response.body.bytes.find("\"x\"} 0 "), std::string::npos)
      << page.response.body.bytes;
  EXPECT_EQ(page.response.body.bytes.find("bad"), std::string::npos) << page.response.body.bytes;
  EXPECT_EQ(page.response.body.bytes.find("good"), std::string::npos) << page.response.body.bytes;
}

}  // namespace
}  // namespace pushpull
