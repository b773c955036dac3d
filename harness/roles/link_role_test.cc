#include "harness/roles/link_role.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "harness/measure/journal.h"
#include "harness/net_http/socket.h"
#include "harness/roles/role_process.h"
#include "harness/roles/target_role.h"

namespace pushpull {
namespace {

// A target behind the link.
class LinkRoleTest : public testing::Test {
 protected:
  LinkRoleTest()
      : target_([] {
          TargetRoleOptions options;
          options.workload = {.leaves = 1, .targets = 1, .series = 50, .seed = 7};
          options.listen = "127.0.0.1:0";
          return run_target_role(options);
        }) {
    options_.routes = {{0, target_.await_endpoint()}};
    options_.journal = testing::TempDir() + "link_role_test." + std::to_string(getpid());
    options_.control = true;
  }
  ~LinkRoleTest() override { std::filesystem::remove(options_.journal); }

  RoleProcess target_;
  LinkRoleOptions options_;
};

TEST_F(LinkRoleTest, CountsWhatTheClientCounts) {
  for (const bool push : {true, false}) {
    SCOPED_TRACE(push ? "leaves are the clients" : "the central is the client");
    std::filesystem::remove(options_.journal);
    options_.clients_are_leaves = push;
    RoleProcess role([this] { return run_link_role(options_); });
    const Exchange page = get(role.await_endpoint(), "/t/0/metrics");
    EXPECT_EQ(page.response.status, 200) << page.error.message;
    role.signal(SIGTERM);
    ASSERT_EQ(role.await_end(), 0) << role.output();

    JournalReader journal = JournalReader::open(options_.journal).value();
    int64_t to_central = 0;
    int64_t to_leaf = 0;
    int64_t connections = 0;
    while (const auto entry = journal.next()) {
      if (const auto* bytes = std::get_if<journal::WireBytes>(&*entry)) {
        to_central += bytes->to_central;
        to_leaf += bytes->to_leaf;
      }
      if (const auto* counter = std::get_if<journal::Counter>(&*entry)) {
        EXPECT_EQ(counter->name, "connections");
        connections = counter->value;
      }
    }
    EXPECT_EQ(to_central, push ? page.bytes_sent : page.bytes_received);
    EXPECT_EQ(to_leaf, push ? page.bytes_received : page.bytes_sent);
    EXPECT_EQ(connections, 1);
  }
}

TEST_F(LinkRoleTest, GoesDownAndUpWhenItIsTold) {
  RoleProcess role([this] { return run_link_role(options_); });
  const std::string endpoint = role.await_endpoint();
  role.command("down");
  role.await("down ");
  EXPECT_TRUE(get(endpoint, "/t/0/metrics").failed);
  role.command("up");
  role.await("up ");
  EXPECT_EQ(get(endpoint, "/t/0/metrics").response.status, 200);
  role.close_input();
  EXPECT_EQ(role.await_end(), 0) << role.output();
}

TEST_F(LinkRoleTest, AnswersWhenItIsTold) {
  options_.http = true;
  RoleProcess role([this] { return run_link_role(options_); });
  const std::string endpoint = role.await_endpoint();
  role.command("answer 503 1 0");
  role.await("answer 503 1 0 ");
  EXPECT_EQ(get(endpoint, "/t/0/metrics").response.status, 503);
  role.command("pass");
  role.await("pass ");
  EXPECT_EQ(get(endpoint, "/t/0/metrics").response.status, 200);
  role.command("sideways");
  EXPECT_NE(role.await("does not understand").find("sideways"), std::string::npos);
}

TEST_F(LinkRoleTest, WritesDownEachRequestAndItsStatus) {
  options_.http = true;
  RoleProcess role([this] { return run_link_role(options_); });
  const std::string endpoint = role.await_endpoint();
  EXPECT_EQ(get(endpoint, "/t/0/metrics").response.status, 200);
  role.command("answer 429 1 0");
  role.await("answer 429 1 0 ");
  EXPECT_EQ(get(endpoint, "/t/0/metrics").response.status, 429);
  role.signal(SIGTERM);
  ASSERT_EQ(role.await_end(), 0) << role.output();

  JournalReader journal = JournalReader::open(options_.journal).value();
  std::vector<journal::Exchanged> told;
  while (const auto entry = journal.next()) {
    if (const auto* exchanged = std::get_if<journal::Exchanged>(&*entry))
      told.push_back(*exchanged);
  }
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].status, 200);
  EXPECT_FALSE(told[0].by_link);
  EXPECT_LE(told[0].asked, told[0].answered);
  EXPECT_EQ(told[1].status, 429);
  EXPECT_TRUE(told[1].by_link);
  EXPECT_LE(told[0].answered, told[1].asked);
}

TEST_F(LinkRoleTest, APortInUseIsNamed) {
  const FileDescriptor taken = std::move(*listen_on({"127.0.0.1", 0}));
  const uint16_t port = *local_port(taken);
  options_.routes[0].port = port;
  RoleProcess role([this] { return run_link_role(options_); });
  EXPECT_EQ(role.await_end(), 1);
  EXPECT_NE(role.output().find(std::to_string(port)), std::string::npos) << role.output();
}

}  // namespace
}  // namespace pushpull
