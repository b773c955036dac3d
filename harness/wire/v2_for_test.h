// What the tests of Remote Write 2.0 send, and find in what was decoded.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/wire/decode_v2.h"
#include "harness/wire/encode_v2.h"
#include "harness/wire/write_request.h"
#include "harness/wire/written_for_test.h"

namespace pushpull::wire {

inline std::string encoded_v2(const std::vector<TestSample>& samples) {
  std::string memory;
  const WriteSlice slice = slice_of(samples);
  return std::string(encode_write_request_v2({&slice, 1}, memory));
}

// The whole of a decoded message; exemplars with foreign refs are left out.
inline std::vector<SeriesV2> series_of(const WrittenRequestV2& request) {
  std::vector<SeriesV2> all;
  size_t sample = 0;
  size_t histogram = 0;
  size_t exemplar = 0;
  for (const WrittenRequestV2::Series& from : request.series) {
    SeriesV2 to;
    if (!from.broken) to.labels = decode_labels(request.region(from)).value();
    if (!from.broken) to.metadata = request.metadata(from);
    to.created_timestamp_ms = from.created_timestamp_ms;
    for (; sample < from.samples_end; ++sample) {
      const WrittenRequestV2::Sample& s = request.samples[sample];
      to.samples.push_back({s.value, s.timestamp_ms, s.start_timestamp_ms});
    }
    for (; histogram < from.histograms_end; ++histogram) {
      to.histograms.push_back(request.histogram(request.histograms[histogram]));
    }
    for (; exemplar < from.exemplars_end; ++exemplar) {
      const Result<Exemplar> read = request.exemplar(request.exemplars[exemplar]);
      if (read.ok()) to.exemplars.push_back(*read);
    }
    all.push_back(std::move(to));
  }
  return all;
}

}  // namespace pushpull::wire
