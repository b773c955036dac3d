#include "harness/systems/child_process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <set>

namespace pushpull {
namespace {

class ChildProcessTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(log_); }
  std::unique_ptr<ChildProcess> shell(const std::string& script) {
    return std::move(*ChildProcess::start({"role", {"/bin/sh", "-c", script}, log_}));
  }
  const std::string log_ =
      testing::TempDir() + "child_process_test." + std::to_string(getpid()) + ".log";
};

TEST_F(ChildProcessTest, KeepsTheLogAndTheExitCode) {
  const auto child = shell("echo one; echo two >&2; echo three; exit 3");
  ASSERT_TRUE(child->await_end(Duration::seconds(30)));
  EXPECT_EQ(child->exit_code(), 3);
  EXPECT_EQ(child->exit_text(), "exited with 3");
  EXPECT_EQ(child->log_text(), "one\ntwo\nthree\n");
  EXPECT_EQ(child->last_log_lines(2), "two\nthree\n");
  EXPECT_EQ(child->last_log_lines(9), "one\ntwo\nthree\n");
}

TEST_F(ChildProcessTest, TakesCommandsOnStdin) {
  const auto child = shell("read line; echo got $line");
  child->command("up");
  ASSERT_TRUE(child->await_end(Duration::seconds(30)));
  EXPECT_EQ(child->log_text(), "got up\n");
}

TEST_F(ChildProcessTest, ACommandToOneThatIsGoneIsHarmless) {
  // Elsewhere in the process SIGPIPE may be ignored; here it would end the test.
  const auto before = std::signal(SIGPIPE, SIG_DFL);
  const auto child = shell("exit 0");
  ASSERT_TRUE(child->await_end(Duration::seconds(30)));
  child->command("finish");
  EXPECT_EQ(child->exit_code(), 0);
  std::signal(SIGPIPE, before);
}

TEST_F(ChildProcessTest, EndsBySignal) {
  const auto child = shell("exec sleep 1000");
  EXPECT_TRUE(child->running());
  child->terminate();
  ASSERT_TRUE(child->await_end(Duration::seconds(30)));
  EXPECT_EQ(child->exit_text(), "was killed by signal 15");
  EXPECT_EQ(child->exit_code(), std::nullopt);
}

TEST_F(ChildProcessTest, LeavesNothingBehind) {
  auto child = shell("exec sleep 1000");
  const pid_t pid = child->pid();
  EXPECT_EQ(::kill(pid, 0), 0);
  child.reset();
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST_F(ChildProcessTest, AMissingProgramIsAnErrorThatNamesIt) {
  const auto child = ChildProcess::start({"leaf-0", {"/no/such/prometheus"}, log_});
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(child.error().message,
            "cannot start leaf-0: /no/such/prometheus: No such file or directory");
}

TEST(FreePorts, AreAllDifferent) {
  const std::vector<uint16_t> ports = *free_ports(100);
  EXPECT_EQ(std::set<uint16_t>(ports.begin(), ports.end()).size(), 100u);
  EXPECT_EQ(std::ranges::count(ports, 0), 0);
}

}  // namespace
}  // namespace pushpull
