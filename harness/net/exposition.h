// What a scrape answers in virtual time. (Over sockets it is text, parsed by `wire` into scrape's
// own payload.)
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "harness/net/message.h"
#include "harness/workload/record.h"

namespace pushpull {

class Target;

// One answer of a synthetic target.
class SyntheticExposition : public Payload {
 public:
  SyntheticExposition(const Target* target, uint64_t ordinal, int64_t wire_size)
      : target_(target), ordinal_(ordinal), wire_size_(wire_size) {}
  const Target& target() const { return *target_; }
  uint64_t ordinal() const { return ordinal_; }
  Result<std::string> encode() const override;
  int64_t wire_size() const override { return wire_size_; }
  int64_t samples() const override;

 private:
  const Target* target_;  // not owned
  uint64_t ordinal_;
  int64_t wire_size_;
};

// One answer of /federate: the newest sample of each selected series. `federation` derives from it
// to encode.
class SliceExposition : public Payload {
 public:
  explicit SliceExposition(std::vector<Slice> slices) : slices_(std::move(slices)) {}
  const std::vector<Slice>& slices() const { return slices_; }
  int64_t samples() const override { return static_cast<int64_t>(sample_count(slices_)); }

 private:
  std::vector<Slice> slices_;
};

}  // namespace pushpull
