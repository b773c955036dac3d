// Makes Remote Write 2.0 messages (io.prometheus.write.v2.Request): a hot encoder for slices, and
// one for series with everything the message can hold. Schema in remote_write_v2.proto; libprotobuf
// is the oracle in the tests only.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/wire/exemplar.h"
#include "harness/wire/native_histogram.h"
#include "harness/wire/write_request.h"
#include "harness/workload/labels.h"

namespace pushpull::wire {

// Makes the uncompressed message, byte for byte what Prometheus sends for samples without metadata:
// one TimeSeries per sample, histogram or exemplar, with an empty Metadata; symbols in order of
// first use. The message is written over the front of `memory`, which grows where it must and never
// shrinks. Pure; any thread.
std::string_view encode_write_request_v2(std::span<const WriteSlice> slices, std::string& memory);

struct SeriesV2 {
  struct Sample {
    double value = 0;
    int64_t timestamp_ms = 0;
    int64_t start_timestamp_ms = 0;  // since rc.4 of the protocol (Prometheus 3.8); 0: unknown
  };
  Labels labels;
  std::vector<Sample> samples;
  std::vector<NativeHistogram> histograms;
  std::vector<Exemplar> exemplars;
  FamilyMetadata metadata;           // its family is not written
  int64_t created_timestamp_ms = 0;  // before rc.4; 0: unknown
};

// The same message for whole series, in the order given; what is empty is left out, but for the
// Metadata. Symbols are numbered as Prometheus numbers them: help, unit, labels, exemplars.
std::string encode_series_v2(std::span<const SeriesV2> series);

}  // namespace pushpull::wire
