#include "harness/prometheus/size_models.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

TEST(SizeModels, PredictBothMessagesOfAWorkload) {
  const Workload workload =
      Workload::make({.leaves = 1, .targets = 20, .series = 6000, .seed = 7}).value();
  const SentLabels sent{Labels({{"prometheus", "leaf-0"}}), {}};
  const auto measure = [&](WriteMessage message) {
    return measure_write_sizes(workload, sent, QueueConfig(), message, Duration::seconds(10));
  };
  const wire::SizeModel v1 = measure(WriteMessage::kV1);
  const wire::SizeModel v2 = measure(WriteMessage::kV2);
  EXPECT_LT(v1.total_relative_error(), 0.05);
  EXPECT_LT(v2.total_relative_error(), 0.05);
  // Kubernetes-like labels: a real 3.5 saved 69 % at 2000 samples a request.
  EXPECT_LT(v2.predict(2000), v1.predict(2000) * 3 / 4);
}

}  // namespace
}  // namespace pushpull
