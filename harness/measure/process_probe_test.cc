#include "harness/measure/process_probe.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace pushpull {
namespace {

TEST(ProcessProbeTest, ReadsCpuTimesBehindAnyProgramName) {
  const auto usage = parse_proc_stat(
      "42 (a) b (c)) S 1 42 42 0 -1 4194560 100 0 0 0 250 75 9 9 20 0 4 0 12345 1000 200", 100);
  ASSERT_TRUE(usage.ok()) << usage.error().message;
  EXPECT_EQ(usage->user, Duration::milliseconds(2500));
  EXPECT_EQ(usage->system, Duration::milliseconds(750));
  EXPECT_EQ(usage->cpu(), Duration::milliseconds(3250));
}

TEST(ProcessProbeTest, ReadsThePeakOfMemory) {
  const auto peak =
      parse_peak_rss("Name:\tx\nVmPeak:\t  900 kB\nVmHWM:\t    1234 kB\nVmRSS:\t 7 kB\n");
  ASSERT_TRUE(peak.ok());
  EXPECT_EQ(*peak, 1234 * 1024);
}

TEST(ProcessProbeTest, OtherTextIsAnError) {
  EXPECT_FALSE(parse_proc_stat("", 100).ok());
  EXPECT_FALSE(parse_proc_stat("42 (a) S 1 2", 100).ok());
  EXPECT_FALSE(parse_proc_stat("42 (a) S 1 42 42 0 -1 0 0 0 0 0 x y", 100).ok());
  EXPECT_FALSE(parse_proc_stat("42 (a) S 1 42 42 0 -1 0 0 0 0 0 5", 100).ok());
  EXPECT_FALSE(parse_peak_rss("Name:\tkthreadd\n").ok());
}

TEST(ProcessProbeTest, ProbesItself) {
  const auto by_pid = probe_process(getpid());
  const auto self = probe_self();
  ASSERT_TRUE(by_pid.ok() && self.ok());
  EXPECT_GT(self->peak_rss_bytes, 100'000);
  EXPECT_GE(self->cpu(), by_pid->cpu());
}

TEST(ProcessProbeTest, AProcessThatIsGoneIsAnError) { EXPECT_FALSE(probe_process(-1).ok()); }

}  // namespace
}  // namespace pushpull
