#include "harness/prometheus/write_v2_reader.h"

#include <memory>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "harness/head/histogram_rules.h"
#include "harness/prometheus/extras_builder.h"
#include "harness/prometheus/histogram_checks.h"
#include "harness/workload/special_values.h"

namespace pushpull {

struct WriteV2Reader::Reading {
  const wire::WrittenRequestV2& request;
  uint64_t& last_ref;
  int64_t latest_ms;  // exemplars later than this are left out
  ReceivedV2 received;
  std::vector<uint64_t> refs;  // of samples
  Record record;
  ExtrasBuilder extras;
  // Of items, each in its kind's order.
  std::vector<uint32_t> sample_places, histogram_places, exemplar_places;
  std::unordered_set<uint64_t> with_samples;  // refs, where the request has exemplars
  uint32_t items = 0;
  bool mixed = false;  // there may be more than samples

  void refuse(std::string text) { received.refusals.push_back({items, std::move(text)}); }
};

Result<ReceivedV2> WriteV2Reader::read(const wire::WrittenRequestV2& request, Instant now,
                                       uint64_t& last_ref) {
  Reading reading{
      request, last_ref, now.unix_ms() + kMaxTimeAhead.ms(), {}, {}, {}, {}, {}, {}, {}, {},
      0,       false};
  reading.mixed =
      !request.histograms.empty() || !request.exemplars.empty() || head_.has_histograms();
  reading.record.intended = reading.record.committed = now;
  reading.refs.reserve(request.samples.size());
  reading.record.values.reserve(request.samples.size());
  reading.record.timestamps.reserve(request.samples.size());
  for (size_t i = 0; i < request.series.size(); ++i) {
    if (Status status = read_series(reading, i); !status) return status.error();
  }
  ReceivedV2& received = reading.received;
  ExtrasBuilder::Slices extras = reading.extras.build(reading.record);
  if (!reading.refs.empty()) {
    reading.record.layout = std::make_shared<Layout>(std::move(reading.refs));
    received.items.push_back({Slice::whole(std::make_shared<Record>(std::move(reading.record))),
                              std::move(reading.sample_places)});
  }
  if (extras.histograms.count > 0) {
    received.items.push_back({std::move(extras.histograms), std::move(reading.histogram_places)});
  }
  received.exemplars = {std::move(extras.exemplars), std::move(reading.exemplar_places)};
  return std::move(received);
}

Status WriteV2Reader::read_series(Reading& reading, size_t index) {
  const wire::WrittenRequestV2& request = reading.request;
  const wire::WrittenRequestV2::Series& series = request.series[index];
  if (const auto defect = request.defect(series)) {
    reading.refuse(*defect);
    return {};
  }
  const Result<uint64_t> ref =
      registry_.ref_of_encoded(request.region(series), series.label_hash, reading.last_ref + 1);
  if (!ref) return ref.error();
  const auto* before = index == 0 ? nullptr : &request.series[index - 1];
  const size_t first_sample = before == nullptr ? 0 : before->samples_end;
  const size_t first_histogram = before == nullptr ? 0 : before->histograms_end;
  const size_t samples = series.samples_end - first_sample;
  const size_t histograms = series.histograms_end - first_histogram;
  const bool empty = samples + histograms == 0;
  if (verdict_(*ref) != SeriesVerdict::kAccept) {
    reading.refuse(series_refusal(registry_.labels(*ref)));
    reading.received.samples_with_invalid_labels += static_cast<int64_t>(samples + histograms);
    return {};
  }
  reading.last_ref = *ref;
  if (profile_.refuses_empty_series && empty) {
    reading.refuse("TimeSeries must contain at least one sample or histogram for series " +
                   label_set_text(registry_.labels(*ref)));
    return {};
  }
  for (size_t i = first_sample; i < series.samples_end; ++i) {
    read_sample(reading, request.samples[i], *ref);
  }
  for (size_t i = first_histogram; i < series.histograms_end; ++i) {
    if (Status status = read_histogram(reading, request.histograms[i], *ref); !status) {
      return status;
    }
  }
  if (!empty && !request.exemplars.empty()) reading.with_samples.insert(*ref);
  for (size_t i = before ? before->exemplars_end : 0; i < series.exemplars_end; ++i) {
    read_exemplar(reading, request.exemplars[i], *ref);
  }
  return {};
}

void WriteV2Reader::read_sample(Reading& reading, const wire::WrittenRequestV2::Sample& sample,
                                uint64_t ref) {
  // A series of histograms ends with one.
  const NativeHistogram* newest =
      head_.has_histograms() && is_stale_nan(sample.value) ? head_.find_histogram(ref) : nullptr;
  if (newest != nullptr) {
    reading.received.stale_floats.push_back(static_cast<uint32_t>(reading.histogram_places.size()));
    reading.histogram_places.push_back(reading.items++);
    reading.extras.add(ref, stale_histogram(*newest, sample.timestamp_ms));
    return;
  }
  reading.refs.push_back(ref);
  reading.record.values.push_back(sample.value);
  reading.record.timestamps.push_back(sample.timestamp_ms);
  if (reading.mixed) reading.sample_places.push_back(reading.items);
  ++reading.items;
}

Status WriteV2Reader::read_histogram(Reading& reading, const wire::WrittenRequestV2::Part& part,
                                     uint64_t ref) {
  if (!profile_.stores_native_histograms) return Error{std::string(kHistogramsDisabled)};
  NativeHistogram histogram = reading.request.histogram(part);
  make_stored_form(histogram);
  if (profile_.known_histogram_schemas) limit_schema(histogram);
  std::optional<std::string> defect = histogram_defect(histogram, histogram_checks(profile_));
  if (defect && !profile_.refuses_invalid_histograms) return Error{*defect};
  if (defect) {
    reading.refuse(*defect + " for series " + label_set_text(registry_.labels(ref)));
    return {};
  }
  reading.histogram_places.push_back(reading.items++);
  reading.extras.add(ref, std::move(histogram));
  return {};
}

// Left out without a word: what is too far in the future, and what belongs to a series that has no
// sample.
void WriteV2Reader::read_exemplar(Reading& reading, const wire::WrittenRequestV2::Part& part,
                                  uint64_t ref) {
  Result<Exemplar> exemplar = reading.request.exemplar(part);
  if (!exemplar) {
    reading.refuse("parsing exemplar for series " + label_set_text(registry_.labels(ref)) + ": " +
                   exemplar.error().message);
    return;
  }
  const bool known = head_.find(ref) != nullptr || reading.with_samples.contains(ref);
  if (exemplar->timestamp_ms > reading.latest_ms || (!known && profile_.stores_exemplars)) return;
  reading.exemplar_places.push_back(reading.items++);
  reading.extras.add(ref, std::move(*exemplar));
}

}  // namespace pushpull
