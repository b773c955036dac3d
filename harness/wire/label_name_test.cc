#include "harness/wire/label_name.h"

#include <gtest/gtest.h>

namespace pushpull::wire {
namespace {

TEST(LabelName, LegacyNamesAreIdentifiers) {
  for (const char* name : {"a", "_", "__name__", "a1", "Az_09"}) {
    EXPECT_TRUE(valid_label_name(name, NameScheme::kLegacy)) << name;
  }
  for (const char* name : {"", "1a", "a-b", "a.b", "a:b", "ä", "a b"}) {
    EXPECT_FALSE(valid_label_name(name, NameScheme::kLegacy)) << name;
  }
}

TEST(LabelName, MetricsMayHaveColons) {
  EXPECT_TRUE(valid_metric_name("job:rate:5m", NameScheme::kLegacy));
  EXPECT_TRUE(valid_metric_name(":", NameScheme::kLegacy));
  EXPECT_FALSE(valid_metric_name("5m:rate", NameScheme::kLegacy));
}

TEST(LabelName, SinceUtf8AnythingReadableButNothing) {
  for (const char* name : {"1a", "a-b", "ä", " "}) {
    EXPECT_TRUE(valid_label_name(name, NameScheme::kUtf8)) << name;
    EXPECT_TRUE(valid_metric_name(name, NameScheme::kUtf8)) << name;
  }
  EXPECT_FALSE(valid_label_name("", NameScheme::kUtf8));
  EXPECT_FALSE(valid_metric_name("\xff", NameScheme::kUtf8));
}

}  // namespace
}  // namespace pushpull::wire
