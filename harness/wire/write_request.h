// Remote write 1.0 messages (prometheus.WriteRequest): own hot encoder, bounds-checked decoder.
// Schema in remote_write.proto; libprotobuf is the oracle in the tests only. One TimeSeries per
// sample, as Prometheus sends it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/wire/label_block.h"
#include "harness/workload/labels.h"
#include "harness/workload/record.h"

namespace pushpull::wire {

class LabelMemory;

struct WriteSlice {
  Slice slice;
  std::shared_ptr<const LabelBlock> labels;  // of slice.record->layout
};

// Makes the uncompressed message, byte for byte what Prometheus sends: a timestamp of zero and a
// value that equals zero, -0 included, are left out. Slices may be of records of any kind. The
// message is written over the front of `memory`, which grows where it must and never shrinks. Pure;
// any thread.
std::string_view encode_write_request(std::span<const WriteSlice> slices, std::string& memory);

// What an encoded region of labels is known by: a hash of its bytes.
uint64_t hash_of_labels(std::string_view region);

// One received sample; its label bytes are message.substr(label_begin, label_size).
struct WrittenSample {
  uint32_t label_begin;
  uint32_t label_size;
  uint64_t label_hash;  // hash_of_labels() of these bytes
  int64_t timestamp_ms;
  double value;  // bit-exact: stale markers survive
};

struct WrittenRequest {
  std::string message;  // owns what label_begin points into
  std::vector<WrittenSample> samples;
  // Checked, not read: see find_extras().
  bool has_histograms = false;  // native ones
  bool has_exemplars = false;
};

// Decodes an uncompressed message. Accepts any valid protobuf (fields in any order, unknown fields
// skipped); anything else is an error. Never reads outside `message`, never allocates from a length
// it has not checked. Series without samples yield nothing; several samples of one series yield one
// WrittenSample each. `memory` makes it quicker where requests resemble those before; the result is
// the same.
Result<WrittenRequest> decode_write_request(std::string message, LabelMemory* memory = nullptr);

// Appends the encoded region (TimeSeries field 1, repeated) of `labels`: the canonical form of a
// label set.
void encode_labels(const Labels& labels, std::string& out);

// The labels of an encoded region, sorted, empty values dropped. Error if not valid.
Result<Labels> decode_labels(std::string_view region);

}  // namespace pushpull::wire
