// The workload as SeriesIndex and SampleResolver see it.
#pragma once

#include "harness/measure/series_index.h"
#include "harness/workload/workload.h"

namespace pushpull {

class WorkloadSeries : public KnownSeries {
 public:
  // Not owned; outlives this.
  explicit WorkloadSeries(const Workload& workload) : workload_(workload) {}

  SeriesId find(const Labels& labels) const override;
  bool has(const SeriesId& series, uint64_t ordinal) const override;
  void values(uint32_t target, uint64_t ordinal, std::span<const uint32_t> positions,
              std::span<double> out) const override;

 private:
  const Workload& workload_;
};

}  // namespace pushpull
