#include "harness/measure/series_index.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

// Knows one series, and counts how often it is asked.
class OneSeries : public KnownSeries {
 public:
  SeriesId find(const Labels& labels) const override {
    ++asked_;
    if (labels.metric_name() != "known") return {};
    return {SeriesId::Kind::kWorkload, 4, 2};
  }
  bool has(const SeriesId&, uint64_t) const override { return true; }
  void values(uint32_t, uint64_t, std::span<const uint32_t>, std::span<double>) const override {}
  int asked() const { return asked_; }

 private:
  mutable int asked_ = 0;
};

TEST(SeriesIndexTest, AsksOncePerSeries) {
  const OneSeries known;
  SeriesIndex index(known, [](uint64_t ref) {
    return Labels({{"__name__", ref == 9 ? "known" : "other"}});
  });
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(index.of(9), (SeriesId{SeriesId::Kind::kWorkload, 4, 2}));
    EXPECT_EQ(index.of(1).kind, SeriesId::Kind::kUnknown);
  }
  EXPECT_EQ(known.asked(), 2);
  index.forget(9);
  EXPECT_EQ(index.of(1).kind, SeriesId::Kind::kUnknown);
  EXPECT_EQ(known.asked(), 2);
  EXPECT_EQ(index.of(9).position, 2u);
  EXPECT_EQ(known.asked(), 3);
}

}  // namespace
}  // namespace pushpull
