// What the tests of this module put into records and find in decoded requests.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/wire/write_request.h"

namespace pushpull::wire {

struct TestSample {
  Labels labels;
  double value = 0;
  int64_t timestamp_ms = 0;
};

// One slice over one record that holds `samples` in order.
inline WriteSlice slice_of(const std::vector<TestSample>& samples) {
  auto record = std::make_shared<Record>();
  record->layout = std::make_shared<Layout>(1, static_cast<uint32_t>(samples.size()), nullptr);
  LabelBlock::Builder labels;
  for (const TestSample& sample : samples) {
    labels.add(sample.labels);
    record->values.push_back(sample.value);
    record->timestamps.push_back(sample.timestamp_ms);
  }
  return {Slice::whole(std::move(record)), labels.build()};
}

inline std::string encoded(const std::vector<TestSample>& samples) {
  std::string memory;
  const WriteSlice slice = slice_of(samples);
  return std::string(encode_write_request({&slice, 1}, memory));
}

inline std::string_view region(const WrittenRequest& request, const WrittenSample& sample) {
  return std::string_view(request.message).substr(sample.label_begin, sample.label_size);
}

}  // namespace pushpull::wire
