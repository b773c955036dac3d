#include "harness/prometheus/write_v2_reader.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace pushpull {

struct WriteV2Reader::Reading {
  const wire::WrittenRequestV2& request;
  uint64_t& last_ref;
  int64_t latest_ms;  // exemplars later than this are left out
  ReceivedV2 received;
  std::vector<uint64_t> refs;
  Record record;

  void refuse(std::string text) {
    received.refusals.push_back({static_cast<uint32_t>(refs.size()), std::move(text)});
  }
};

Result<ReceivedV2> WriteV2Reader::read(const wire::WrittenRequestV2& request, Instant now,
                                       uint64_t& last_ref) {
  Reading reading{request, last_ref, now.unix_ms() + kMaxTimeAhead.ms(), {}, {}, {}};
  reading.record.intended = reading.record.committed = now;
  reading.refs.reserve(request.samples.size());
  reading.record.values.reserve(request.samples.size());
  reading.record.timestamps.reserve(request.samples.size());
  for (size_t i = 0; i < request.series.size(); ++i) {
    if (Status status = read_series(reading, i); !status) return status.error();
  }
  if (!reading.refs.empty()) {
    reading.record.layout = std::make_shared<Layout>(std::move(reading.refs));
    reading.received.slices.push_back(
        Slice::whole(std::make_shared<Record>(std::move(reading.record))));
  }
  return std::move(reading.received);
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
  const size_t histograms = series.histograms_end - (before ? before->histograms_end : 0);
  if (verdict_(*ref) != SeriesVerdict::kAccept) {
    reading.refuse(series_refusal(registry_.labels(*ref)));
    reading.received.samples_with_invalid_labels +=
        static_cast<int64_t>(series.samples_end - first_sample + histograms);
    return {};
  }
  reading.last_ref = *ref;
  if (profile_.refuses_empty_series && first_sample == series.samples_end && histograms == 0) {
    reading.refuse("TimeSeries must contain at least one sample or histogram for series " +
                   label_set_text(registry_.labels(*ref)));
    return {};
  }
  for (size_t i = first_sample; i < series.samples_end; ++i) {
    reading.refs.push_back(*ref);
    reading.record.values.push_back(request.samples[i].value);
    reading.record.timestamps.push_back(request.samples[i].timestamp_ms);
  }
  if (histograms > 0) {
    if (Status status = read_histograms(reading, registry_.labels(*ref), histograms); !status) {
      return status;
    }
  }
  for (size_t i = before ? before->exemplars_end : 0; i < series.exemplars_end; ++i) {
    read_exemplar(reading, request.exemplars[i], *ref);
  }
  return {};
}

// Releases before 3.8 refuse a request with one unless a feature flag was given. Later ones would
// store it, which we cannot yet: said for each, and not counted as written.
Status WriteV2Reader::read_histograms(Reading& reading, const Labels& labels, size_t count) {
  if (!profile_.stores_native_histograms) return Error{std::string(kHistogramsDisabled)};
  for (size_t i = 0; i < count; ++i) {
    std::string why(kHistogramsNotStored);
    reading.refuse(why.append(" for series ").append(label_set_text(labels)));
  }
  return {};
}

void WriteV2Reader::read_exemplar(Reading& reading, const wire::WrittenRequestV2::Part& part,
                                  uint64_t ref) {
  const Result<wire::Exemplar> exemplar = reading.request.exemplar(part);
  if (!exemplar) {
    reading.refuse("parsing exemplar for series " + label_set_text(registry_.labels(ref)) + ": " +
                   exemplar.error().message);
  } else if (exemplar->timestamp_ms <= reading.latest_ms) {
    ++reading.received.exemplars;
  }
}

}  // namespace pushpull
