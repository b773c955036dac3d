#include "harness/prometheus/write_extras_reader.h"

#include <optional>
#include <unordered_set>
#include <utility>

#include "harness/head/acceptance.h"
#include "harness/prometheus/histogram_checks.h"
#include "harness/wire/exemplar.h"
#include "harness/wire/native_histogram.h"

namespace pushpull {

Result<std::string> WriteExtrasReader::read(const wire::WrittenRequest& request, Instant now,
                                            const std::vector<uint64_t>& sampled,
                                            ExtrasBuilder& builder) const {
  const wire::WriteExtras extras = wire::find_extras(request.message);
  std::unordered_set<uint64_t> known(sampled.begin(), sampled.end());
  for (const wire::WriteExtras::Part& part : extras.histograms) {
    Result<Labels> labels = wire::labels_of_series(part.series);
    if (!labels) return labels.error();
    const uint64_t ref = registry_.ref(*labels);
    if (verdict_(ref) != SeriesVerdict::kAccept) continue;
    Result<NativeHistogram> histogram = wire::decode_histogram(part.message);
    if (!histogram) return histogram.error();
    make_stored_form(*histogram);
    if (profile_.known_histogram_schemas) limit_schema(*histogram);
    if (auto defect = histogram_defect(*histogram, histogram_checks(profile_))) return *defect;
    known.insert(ref);
    builder.add(ref, std::move(*histogram));
  }
  const int64_t latest_ms = now.unix_ms() + kMaxTimeAhead.ms();
  for (const wire::WriteExtras::Part& part : extras.exemplars) {
    Result<Labels> labels = wire::labels_of_series(part.series);
    if (!labels) return labels.error();
    const uint64_t ref = registry_.ref(*labels);
    Result<Exemplar> exemplar = wire::decode_exemplar(part.message);
    if (!exemplar) return exemplar.error();
    const bool has_sample = head_.find(ref) != nullptr || known.contains(ref);
    if (!has_sample || verdict_(ref) != SeriesVerdict::kAccept) continue;
    if (exemplar->timestamp_ms <= latest_ms) builder.add(ref, std::move(*exemplar));
  }
  return std::string();
}

}  // namespace pushpull
