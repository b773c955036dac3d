#include "harness/systems/system.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "harness/systems/mock_system.h"
#include "harness/systems/prometheus_system.h"
#include "harness/systems/url_system.h"
#include "harness/systems/victoriametrics_system.h"
#include "harness/systems/vmagent_system.h"

namespace pushpull {
namespace {

bool has(const std::vector<std::string>& argv, const std::string& flag) {
  return std::ranges::find(argv, flag) != argv.end();
}

ServerLaunch launch() {
  ServerLaunch spec;
  spec.name = "leaf-0";
  spec.config_file = "/tmp/prometheus.yml";
  spec.port = 9091;
  spec.data = "/tmp/data";
  spec.journal = "/tmp/leaf-0.journal";
  spec.receiver = true;
  spec.workload = WorkloadSpec{.leaves = 1, .targets = 2, .series = 30, .seed = 7};
  return spec;
}

TEST(MockSystem, StartsThisBinaryAsPrometheus) {
  const auto system = std::move(*MockSystem::make("3.5", "/bin/pushpull"));
  const std::vector<std::string> argv = system->argv(launch());
  EXPECT_EQ(argv[0], "/bin/pushpull");
  EXPECT_EQ(argv[1], "prometheus");
  EXPECT_TRUE(has(argv, "--web.listen-address=127.0.0.1:9091"));
  EXPECT_TRUE(has(argv, "--web.enable-remote-write-receiver"));
  EXPECT_TRUE(has(argv, "--series=30"));
  EXPECT_FALSE(has(argv, "--journal-acknowledged"));
  EXPECT_EQ(system->name(), "mock 3.5");
  EXPECT_FALSE(MockSystem::make("1.8", "").ok());
}

TEST(PrometheusVersion, ReadsBothGenerationsAndRefusesOthers) {
  EXPECT_EQ(
      *prometheus_version(
          "prometheus, version 2.42.0+ds (branch: debian/sid, revision: 2)\n  build user: x\n"),
      "2.42.0+ds");
  EXPECT_EQ(*prometheus_version("prometheus, version 3.5.3 (branch: HEAD)\n"), "3.5.3");
  EXPECT_FALSE(prometheus_version("sh: 1: nothing: not found\n").ok());
}

TEST(MockSystem, ReadsWhatLeavesDoToLabels) {
  const auto system = std::move(*MockSystem::make("3.5", "/bin/pushpull"));
  ServerLaunch spec = launch();
  ASSERT_EQ(system->files(spec).size(), 1u);
  EXPECT_EQ(system->files(spec)[0].path, "/tmp/prometheus.yml");
  spec.leaf_configs = {{"/tmp/leaf.yml", "global: {}"}};
  ASSERT_EQ(system->files(spec).size(), 2u);
  EXPECT_EQ(system->files(spec)[1].content, "global: {}");
  EXPECT_TRUE(has(system->argv(spec), "--leaf-config=/tmp/leaf.yml"));
}

TEST(MockSystem, IsToldOfLeavesThatRound) {
  const auto system = std::move(*MockSystem::make("3.5", "/bin/pushpull"));
  ServerLaunch spec = launch();
  for (const std::string& flag : system->argv(spec))
    EXPECT_FALSE(flag.starts_with("--value-error"));
  spec.value_error = kParserError;
  EXPECT_TRUE(has(system->argv(spec), "--value-error=1e-15"));
}

TEST(RealSystems, AMissingBinaryNamesTheWayOut) {
  for (const auto& [system, key] :
       {std::pair(PrometheusSystem::make("/no/such/binary").error(), "systems.prometheus_binary"),
        std::pair(VictoriaMetricsSystem::make("/no/such/binary").error(),
                  "systems.victoriametrics_binary"),
        std::pair(VmagentSystem::make("/no/such/binary").error(), "systems.vmagent_binary")}) {
    EXPECT_NE(system.message.find("/no/such/binary"), std::string::npos) << system.message;
    EXPECT_NE(system.message.find("tools/servers"), std::string::npos) << system.message;
    EXPECT_NE(system.message.find(key), std::string::npos) << system.message;
  }
}

// A program that says what a server says of itself.
class FakeBinaryTest : public testing::Test {
 protected:
  FakeBinaryTest() { std::filesystem::create_directories(folder_); }
  ~FakeBinaryTest() override { std::filesystem::remove_all(folder_); }
  std::string binary(const std::string& says) const {
    const std::string path = folder_ + "/it's a server";
    std::ofstream(path) << "#!/bin/sh\ncat <<'END'\n" << says << "\nEND\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
  static ServerLaunch vmagent_launch() {
    ServerLaunch spec = launch();
    spec.config.scrape_configs.emplace_back().job_name = "bench";
    RemoteWriteConfig& write = spec.config.remote_write.emplace_back();
    write.url = "http://127.0.0.1:9/api/v1/write";
    write.remote_timeout = Duration::minutes(1);
    write.queue_config.max_shards = 3;
    write.queue_config.max_samples_per_send = 500;
    write.queue_config.batch_send_deadline = Duration::milliseconds(1500);
    return spec;
  }

 private:
  const std::string folder_ = testing::TempDir() + "system_test." + std::to_string(getpid());
};

TEST_F(FakeBinaryTest, VmagentGetsTheBlockAsFlags) {
  const auto made = VmagentSystem::make(binary("vmagent-20220808-184438-tags-v1.80.0-0-g1\n"));
  ASSERT_TRUE(made.ok()) << made.error().message;
  const System& system = **made;
  EXPECT_EQ(system.name(), "vmagent 1.80.0");
  ServerLaunch spec = vmagent_launch();
  const std::vector<std::string> argv = system.argv(spec);
  for (const char* flag :
       {"-httpListenAddr=127.0.0.1:9091", "-promscrape.config=/tmp/prometheus.yml",
        "-remoteWrite.url=http://127.0.0.1:9/api/v1/write", "-remoteWrite.tmpDataPath=/tmp/data",
        "-remoteWrite.sendTimeout=60000ms", "-remoteWrite.maxRowsPerBlock=500",
        "-remoteWrite.flushInterval=1500ms", "-remoteWrite.queues=3"}) {
    EXPECT_TRUE(has(argv, flag)) << flag;
  }
  EXPECT_EQ(argv.size(), 9u);
  EXPECT_EQ(system.files(spec).size(), 1u);

  spec.config.remote_write[0].write_relabel_configs.emplace_back().regex = "a.*";
  EXPECT_TRUE(has(system.argv(spec), "-remoteWrite.urlRelabelConfig=/tmp/prometheus.yml.relabel"));
  ASSERT_EQ(system.files(spec).size(), 2u);
  EXPECT_NE(system.files(spec)[1].content.find("\"regex\": \"a.*\""), std::string::npos);
}

TEST_F(FakeBinaryTest, NewerVmagentsAreToldToSpeakPlainly) {
  const auto made = VmagentSystem::make(binary("  -remoteWrite.forcePromProto array\n"));
  EXPECT_TRUE(has((*made)->argv(vmagent_launch()), "-remoteWrite.forcePromProto=true"));
  EXPECT_EQ((*made)->name(), "vmagent of unknown version");
}

TEST_F(FakeBinaryTest, VictoriaMetricsScrapesOnlyWhereItPulls) {
  const auto made = VictoriaMetricsSystem::make(binary("victoria-metrics-tags-v1.112.0"));
  ASSERT_TRUE(made.ok()) << made.error().message;
  const System& system = **made;
  EXPECT_EQ(system.name(), "victoriametrics 1.112.0");
  ServerLaunch spec = launch();
  EXPECT_TRUE(has(system.argv(spec), "-storageDataPath=/tmp/data"));
  EXPECT_FALSE(has(system.argv(spec), "-promscrape.config=/tmp/prometheus.yml"));
  EXPECT_TRUE(system.files(spec).empty());
  spec.config.global.external_labels = {{"prometheus", "central"}};
  spec.config.scrape_configs.emplace_back().job_name = "federate";
  EXPECT_TRUE(has(system.argv(spec), "-promscrape.config=/tmp/prometheus.yml"));
  ASSERT_EQ(system.files(spec).size(), 1u);
  EXPECT_NE(system.files(spec)[0].content.find("job_name: federate"), std::string::npos);
  EXPECT_EQ(system.files(spec)[0].content.find("central"), std::string::npos);
}

TEST(UrlSystem, IsWhereItSaysAndRunsBySomebodyElse) {
  const auto made = UrlSystem::make("http://mimir:9009/api/v1/push?tenant=a");
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_FALSE((*made)->runs());
  EXPECT_EQ((*made)->endpoint(1), "mimir:9009");
  EXPECT_EQ((*made)->write_path(), "/api/v1/push?tenant=a");
  EXPECT_EQ((*made)->read_api(), nullptr);
  EXPECT_FALSE(UrlSystem::make("mimir").ok());
}

}  // namespace
}  // namespace pushpull
