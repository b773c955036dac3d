// Reads Remote Write 2.0 messages (io.prometheus.write.v2.Request) that anybody may have sent.
// Schema in remote_write_v2.proto.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/wire/exemplar.h"
#include "harness/wire/native_histogram.h"
#include "harness/workload/labels.h"

namespace pushpull::wire {

// A decoded message. Samples are ready; the rarer parts stay as bytes until somebody asks.
class WrittenRequestV2 {
 public:
  struct Sample {
    int64_t timestamp_ms;
    int64_t start_timestamp_ms;  // 0: unknown
    double value;                // bit-exact: stale markers survive
  };
  // A part of the message.
  struct Part {
    uint32_t begin;
    uint32_t size;
  };
  // One TimeSeries. What it has stands in samples, histograms and exemplars, behind what the series
  // before it has, up to these indices.
  struct Series {
    Part bytes;
    uint64_t label_begin;  // of its labels, encoded as remote write 1.0 encodes them; see region()
    uint32_t label_size;
    bool broken;          // labels or metadata are no texts of the table: see defect()
    uint64_t label_hash;  // hash_of_labels(region()); meaningless where broken
    uint32_t samples_end;
    uint32_t histograms_end;
    uint32_t exemplars_end;
    int64_t created_timestamp_ms;  // 0: unknown
  };

  std::vector<Series> series;
  std::vector<Sample> samples;
  std::vector<Part> histograms;
  std::vector<Part> exemplars;

  // In the order of the refs, which need not be sorted; see decode_labels().
  std::string_view region(const Series& one) const {
    return std::string_view(labels_).substr(one.label_begin, one.label_size);
  }
  // Why a series cannot be taken, in Prometheus's words ("parsing labels for series [1 2 99 4]:
  // labelRefs 99 (name) = 4 (value) outside of symbols table (size 5)"); nothing where it can.
  std::optional<std::string> defect(const Series& one) const;
  // Requires: not broken. The family is empty.
  FamilyMetadata metadata(const Series& one) const;
  // Both decode what the decoder has checked. Error: a label that is no text of the table, in
  // Prometheus's words.
  Result<Exemplar> exemplar(const Part& part) const;
  NativeHistogram histogram(const Part& part) const;

  const std::string& message() const { return message_; }
  // For others to use again (see SpareStrings); nothing may be asked any more.
  void give_memory_back();

 private:
  friend class RequestV2Decoder;

  std::string_view text(const Part& part) const {
    return std::string_view(message_).substr(part.begin, part.size);
  }

  std::string message_;
  std::vector<Part> symbols_;
  std::string labels_;
};

// Decodes an uncompressed message. Accepts any valid protobuf (fields in any order, symbols last,
// unknown fields skipped); anything else is an error of the whole. Never reads outside `message`,
// never uses a ref or allocates from a length it has not checked. A ref outside the table spoils
// its series only. Error too where labels, each written out, would take more than half a gibibyte:
// a few symbols named again and again.
Result<WrittenRequestV2> decode_write_request_v2(std::string message);

}  // namespace pushpull::wire
