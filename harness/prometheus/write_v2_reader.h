// Turns a decoded Remote Write 2.0 request into records: which series it names, and what of it is
// refused before the head is asked. Loop thread only.
#pragma once

#include <cstdint>
#include <functional>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/head/series_head.h"
#include "harness/head/series_registry.h"
#include "harness/prometheus/received_v2.h"
#include "harness/remote_write/series_rules.h"
#include "harness/wire/decode_v2.h"

namespace pushpull {

class WriteV2Reader {
 public:
  // `verdict` of a ref; see judge_series(). All are borrowed.
  WriteV2Reader(SeriesRegistry& registry, const SeriesHead& head, const ReleaseProfile& profile,
                std::function<SeriesVerdict(uint64_t ref)> verdict)
      : registry_(registry), head_(head), profile_(profile), verdict_(std::move(verdict)) {}

  // `last_ref` is that of the sample before, and becomes that of the last one: the next is likely
  // to follow it. Error: the server cannot take such a request as a whole, and answers 500.
  Result<ReceivedV2> read(const wire::WrittenRequestV2& request, Instant now, uint64_t& last_ref);

 private:
  struct Reading;
  Status read_series(Reading& reading, size_t index);
  void read_sample(Reading& reading, const wire::WrittenRequestV2::Sample& sample, uint64_t ref);
  Status read_histogram(Reading& reading, const wire::WrittenRequestV2::Part& part, uint64_t ref);
  void read_exemplar(Reading& reading, const wire::WrittenRequestV2::Part& part, uint64_t ref);

  SeriesRegistry& registry_;
  const SeriesHead& head_;
  const ReleaseProfile& profile_;
  std::function<SeriesVerdict(uint64_t ref)> verdict_;
};

}  // namespace pushpull
