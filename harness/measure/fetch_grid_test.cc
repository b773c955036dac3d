#include "harness/measure/fetch_grid.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

Instant at(int64_t seconds) { return Instant::from_unix_ns(0) + Duration::seconds(seconds); }

constexpr Duration kEvery = Duration::seconds(10);

TEST(FetchGridTest, PlacesWithoutAnAttemptAreMissed) {
  // Places 103, 113, 123, 133 of [100, 140); attempts at two of them, told out of order.
  const std::vector<Fetch> grid =
      complete_grid({{at(133), FetchOutcome::kOk}, {at(113), FetchOutcome::kFailed}}, at(3), kEvery,
                    at(100), at(140));
  const std::vector<Fetch> expected = {{at(103), FetchOutcome::kMissed},
                                       {at(113), FetchOutcome::kFailed},
                                       {at(123), FetchOutcome::kMissed},
                                       {at(133), FetchOutcome::kOk}};
  EXPECT_EQ(grid, expected);
}

TEST(FetchGridTest, AnAttemptNearAPlaceCoversIt) {
  const std::vector<Fetch> grid =
      complete_grid({{at(107), FetchOutcome::kOk}}, at(103), kEvery, at(100), at(120));
  const std::vector<Fetch> expected = {{at(107), FetchOutcome::kOk},
                                       {at(113), FetchOutcome::kMissed}};
  EXPECT_EQ(grid, expected);
}

TEST(FetchGridTest, TheAnchorMayLieAfterTheGrid) {
  const std::vector<Fetch> grid = complete_grid({}, at(1004), kEvery, at(100), at(110));
  EXPECT_EQ(grid, (std::vector<Fetch>{{at(104), FetchOutcome::kMissed}}));
}

}  // namespace
}  // namespace pushpull
