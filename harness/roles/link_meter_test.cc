#include "harness/roles/link_meter.h"

#include <gtest/gtest.h>

#include <vector>

namespace pushpull {
namespace {

constexpr Instant kStart = Instant::from_unix_ms(1'767'225'600'030);  // amid a bucket

Instant at(int64_t ms) { return kStart + Duration::milliseconds(ms); }

struct Report {
  Instant begin;
  int64_t to_server;
  int64_t to_client;
  bool operator==(const Report&) const = default;
};

struct Metered {
  std::vector<Report> reports;
  LinkMeter meter{[this](Instant begin, int64_t to_server, int64_t to_client) {
    reports.push_back({begin, to_server, to_client});
  }};
};

TEST(LinkMeter, ReportsABucketWhenItHasEnded) {
  Metered link;
  link.meter.add(at(0), 10, 0);
  link.meter.add(at(69), 5, 7);
  EXPECT_EQ(link.meter.next_report(), at(70));
  EXPECT_TRUE(link.reports.empty());
  link.meter.add(at(70), 0, 0);
  EXPECT_EQ(link.reports, (std::vector<Report>{{at(-30), 15, 7}}));
  EXPECT_EQ(link.meter.next_report(), Instant::max());
}

TEST(LinkMeter, SkipsBucketsWithoutBytes) {
  Metered link;
  link.meter.add(at(0), 1, 0);
  link.meter.add(at(1'000), 0, 2);
  link.meter.flush();
  link.meter.flush();
  EXPECT_EQ(link.reports, (std::vector<Report>{{at(-30), 1, 0}, {at(970), 0, 2}}));
}

}  // namespace
}  // namespace pushpull
