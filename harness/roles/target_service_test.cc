#include "harness/roles/target_service.h"

#include <gtest/gtest.h>

#include "harness/loop/virtual_loop.h"
#include "harness/workload/workload.h"

namespace pushpull {
namespace {

class TargetServiceTest : public testing::Test {
 protected:
  Response get(const std::string& path, const std::string& method = "GET") {
    Arrival arrival;
    arrival.request.path = path;
    arrival.request.method = method;
    Response answer;
    service_.handle(std::move(arrival), [&answer](Response r) { answer = std::move(r); });
    return answer;
  }

  // The second of two leaves: its targets are 2 and 3.
  Workload workload_ = Workload::make({.leaves = 2, .targets = 2, .series = 20, .seed = 1}).value();
  VirtualLoop loop_;
  std::vector<std::pair<uint32_t, uint64_t>> answered_;
  TargetService service_{loop_, workload_.targets_of(1),
                         [this](uint32_t target, uint64_t ordinal, Instant) {
                           answered_.emplace_back(target, ordinal);
                         }};
};

TEST_F(TargetServiceTest, EachTargetCountsItsScrapes) {
  EXPECT_EQ(get("/t/2/metrics").status, 200);
  EXPECT_EQ(get("/t/3/metrics").status, 200);
  const Response second = get("/t/3/metrics");
  EXPECT_EQ(answered_, (std::vector<std::pair<uint32_t, uint64_t>>{{2, 0}, {3, 0}, {3, 1}}));
  std::string expected;
  workload_.target(3).expose(1, expected);
  EXPECT_EQ(*second.body.payload->encode(), expected);
}

TEST_F(TargetServiceTest, OtherPathsAreNotFound) {
  for (const char* path : {"/", "/metrics", "/t/0/metrics", "/t/4/metrics", "/t/x/metrics"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
  EXPECT_EQ(get("/t/2/metrics", "POST").status, 405);
  EXPECT_TRUE(answered_.empty());
}

TEST_F(TargetServiceTest, AStoppedServiceAnswers503) {
  service_.stop();
  EXPECT_EQ(get("/t/2/metrics").status, 503);
  EXPECT_TRUE(answered_.empty());
}

}  // namespace
}  // namespace pushpull
