// What /federate writes: for each family, in byte order of its name, one untyped TYPE line and the
// newest sample of each selected series with its own timestamp. As Prometheus 2.42 and 3.x, byte
// for byte.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/net/exposition.h"
#include "harness/net/message.h"
#include "harness/workload/labels.h"

namespace pushpull {

// The series text of a federated line: own labels by name, then those external labels the series
// lacks, then instance="" if there is no instance yet (so that an honor_labels scraper does not
// attach its own).
std::string federated_series(const Labels& series, const Labels& external_labels);

// The line prefixes of a selection, sorted as /federate sorts. Immutable once built; any thread.
class FederatedSeries {
 public:
  class Builder {
   public:
    explicit Builder(Labels external_labels) : external_labels_(std::move(external_labels)) {}
    // `ref` is the caller's name for the series. Nameless series are skipped, as Prometheus skips
    // them.
    void add(uint64_t ref, const Labels& series);
    std::shared_ptr<const FederatedSeries> build();

   private:
    struct Item {
      std::string name;
      std::string text;
      uint64_t ref;
    };
    Labels external_labels_;
    std::vector<Item> items_;
  };

  size_t size() const { return refs_.size(); }
  uint64_t ref(size_t i) const { return refs_[i]; }
  std::string_view text(size_t i) const {
    const uint64_t begin = i == 0 ? 0 : ends_[i - 1];
    return {arena_.data() + begin, ends_[i] - begin};
  }
  // Of all texts together.
  size_t bytes() const { return arena_.size(); }
  // Length of the metric name at the start of text(i).
  size_t name_size(size_t i) const { return name_sizes_[i]; }

 private:
  std::string arena_;
  std::vector<uint64_t> ends_;
  std::vector<uint32_t> name_sizes_;
  std::vector<uint64_t> refs_;
};

struct FederatedSample {
  uint32_t index;  // into the selection
  int64_t timestamp_ms;
  double value;
};

// A /federate body over real bytes.
class FederateText : public Payload {
 public:
  // `samples` ascending by index. `gzip_level` 1 … 9: the body leaves compressed; kPlain: it does
  // not.
  static constexpr int kPlain = 0;
  FederateText(std::shared_ptr<const FederatedSeries> series, std::vector<FederatedSample> samples,
               int gzip_level);
  Result<std::string> encode() const override;
  int64_t wire_size() const override;
  int64_t samples() const override { return static_cast<int64_t>(samples_.size()); }

 private:
  std::string text() const;

  std::shared_ptr<const FederatedSeries> series_;
  std::vector<FederatedSample> samples_;
  int gzip_level_;
};

// A /federate body in virtual time: slices, and the size their text would have.
class FederateSlices : public SliceExposition {
 public:
  FederateSlices(std::vector<Slice> slices, int64_t wire_size)
      : SliceExposition(std::move(slices)), wire_size_(wire_size) {}
  // Bytes are never asked for: the virtual engine hands the slices through.
  Result<std::string> encode() const override {
    return Error{"a /federate body in virtual time has no bytes"};
  }
  int64_t wire_size() const override { return wire_size_; }

 private:
  int64_t wire_size_;
};

}  // namespace pushpull
