// Exemplars and metadata of remote write 1.0, and the walk that finds them and the histograms in a
// message whose samples decode_write_request() has read. That one only checks them: a message of
// plain samples pays for nothing here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/workload/exemplar.h"
#include "harness/workload/labels.h"

namespace pushpull::wire {

using pushpull::Exemplar;

// Of a metric family; `type` is numbered as on the wire, alike in both versions: 0 unknown,
// 1 counter, 2 gauge, 3 histogram, 4 gauge histogram, 5 summary, 6 info, 7 stateset.
struct FamilyMetadata {
  int32_t type = 0;
  std::string family;  // empty in 2.0, where the series says it
  std::string help;
  std::string unit;
  bool operator==(const FamilyMetadata&) const = default;
};

// Append the messages Exemplar and MetricMetadata of 1.0.
void encode_exemplar(const Exemplar& exemplar, std::string& out);
void encode_metadata(const FamilyMetadata& metadata, std::string& out);
Result<Exemplar> decode_exemplar(std::string_view message);
Result<FamilyMetadata> decode_metadata(std::string_view message);

// What a WriteRequest holds beside samples. All views are into the message.
struct WriteExtras {
  struct Part {
    std::string_view series;   // the TimeSeries it belongs to; see labels_of_series()
    std::string_view message;  // Exemplar or Histogram
  };
  std::vector<Part> exemplars;
  std::vector<Part> histograms;
  std::vector<std::string_view> metadata;
};

// Requires: decode_write_request() took the message. The message must outlive the result.
WriteExtras find_extras(std::string_view message);
Result<Labels> labels_of_series(std::string_view series);

// Appends one series as a sender writes it for a datum that is no sample: `region` is its encoded
// labels (encode_labels), `message` an Exemplar or a Histogram.
void append_exemplar_series(std::string_view region, std::string_view message, std::string& out);
void append_histogram_series(std::string_view region, std::string_view message, std::string& out);
// Appends one entry of WriteRequest.metadata.
void append_metadata_entry(std::string_view message, std::string& out);

}  // namespace pushpull::wire
