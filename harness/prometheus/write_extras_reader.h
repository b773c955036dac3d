// The native histograms and exemplars of a Remote Write 1.0 request.
#pragma once

#include <functional>
#include <string>

#include "harness/base/result.h"
#include "harness/base/time.h"
#include "harness/head/series_head.h"
#include "harness/head/series_registry.h"
#include "harness/prometheus/extras_builder.h"
#include "harness/remote_write/release_profile.h"
#include "harness/remote_write/series_rules.h"
#include "harness/wire/write_request.h"

namespace pushpull {

// Loop thread only.
class WriteExtrasReader {
 public:
  // `verdict` of a ref; see judge_series(). All are borrowed.
  WriteExtrasReader(SeriesRegistry& registry, const SeriesHead& head, const ReleaseProfile& profile,
                    std::function<SeriesVerdict(uint64_t ref)> verdict)
      : registry_(registry), head_(head), profile_(profile), verdict_(std::move(verdict)) {}

  // Adds all of them to `builder`, but for those that are left out without a word: of series that
  // are skipped, exemplars too far in the future or of a series that has no sample. Returns why the
  // request cannot be stored: a histogram that is none; empty where it can. Error: labels that
  // cannot be read. Requires: series of the request's samples are those of `sampled`.
  Result<std::string> read(const wire::WrittenRequest& request, Instant now,
                           const std::vector<uint64_t>& sampled, ExtrasBuilder& builder) const;

 private:
  SeriesRegistry& registry_;
  const SeriesHead& head_;
  const ReleaseProfile& profile_;
  std::function<SeriesVerdict(uint64_t ref)> verdict_;
};

}  // namespace pushpull
