#include "harness/roles/target_role.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "harness/measure/journal.h"
#include "harness/net_http/socket.h"
#include "harness/roles/role_process.h"

namespace pushpull {
namespace {

class TargetRoleTest : public testing::Test {
 protected:
  TargetRoleTest() {
    options_.workload = {.leaves = 2, .targets = 2, .series = 20, .seed = 7};
    options_.leaf = 1;
    options_.listen = "127.0.0.1:0";
    options_.journal = testing::TempDir() + "target_role_test." + std::to_string(getpid());
    options_.control = true;
  }
  ~TargetRoleTest() override { std::filesystem::remove(options_.journal); }

  TargetRoleOptions options_;
};

TEST_F(TargetRoleTest, ServesItsTargetsAndJournalsEachAnswer) {
  RoleProcess role([this] { return run_target_role(options_); });
  const std::string endpoint = role.await_endpoint();
  const Workload workload = Workload::make(options_.workload).value();
  std::string expected;
  workload.target(3).expose(0, expected);
  EXPECT_EQ(get(endpoint, "/t/3/metrics").response.body.bytes, expected);
  EXPECT_EQ(get(endpoint, "/t/0/metrics").response.status, 404);  // of the other leaf

  // The journal has the answer before the scraper.
  JournalReader journal = JournalReader::open(options_.journal).value();
  EXPECT_EQ(std::get<journal::RoleStarted>(*journal.next()).role, "targets-1");
  const auto answered = std::get<journal::Answered>(*journal.next());
  EXPECT_EQ(answered.target, 3u);
  EXPECT_EQ(answered.ordinal, 0u);
  EXPECT_FALSE(journal.next().has_value());

  role.signal(SIGTERM);
  EXPECT_EQ(role.await_end(), 0) << role.output();
}

TEST_F(TargetRoleTest, StopsAnsweringWhenItIsTold) {
  RoleProcess role([this] { return run_target_role(options_); });
  const std::string endpoint = role.await_endpoint();
  role.command("stop");
  // The command and the next request race; it is obeyed soon.
  int status = 200;
  for (int i = 0; status == 200 && i < 1000; ++i) {
    status = get(endpoint, "/t/2/metrics").response.status;
  }
  EXPECT_EQ(status, 503);
  role.close_input();
  EXPECT_EQ(role.await_end(), 0) << role.output();
}

TEST_F(TargetRoleTest, SomeOfItsTargetsGoDown) {
  RoleProcess role([this] { return run_target_role(options_); });
  const std::string endpoint = role.await_endpoint();
  role.command("down 50%");
  int status = 200;
  for (int i = 0; status == 200 && i < 1000; ++i) {
    status = get(endpoint, "/t/2/metrics").response.status;
  }
  EXPECT_EQ(status, 503);
  EXPECT_EQ(get(endpoint, "/t/3/metrics").response.status, 200);  // the other half
  role.close_input();
  EXPECT_EQ(role.await_end(), 0) << role.output();
}

TEST_F(TargetRoleTest, RefusesALeafThatIsNotThere) {
  options_.leaf = 2;
  RoleProcess role([this] { return run_target_role(options_); });
  EXPECT_EQ(role.await_end(), 2);
  EXPECT_NE(role.output().find("--leaf"), std::string::npos) << role.output();
}

TEST_F(TargetRoleTest, APortInUseIsNamed) {
  const FileDescriptor taken = std::move(*listen_on({"127.0.0.1", 0}));
  const std::string port = std::to_string(*local_port(taken));
  options_.listen = "127.0.0.1:" + port;
  RoleProcess role([this] { return run_target_role(options_); });
  EXPECT_EQ(role.await_end(), 1);
  EXPECT_NE(role.output().find(port), std::string::npos) << role.output();
}

}  // namespace
}  // namespace pushpull
