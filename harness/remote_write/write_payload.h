// Write requests as payloads: what a sender makes of its slices, and what a receiver over sockets
// gets.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/net/message.h"
#include "harness/remote_write/item_counts.h"
#include "harness/remote_write/media_type.h"
#include "harness/wire/exemplar.h"
#include "harness/wire/write_request.h"

namespace pushpull {

// Predicts the compressed body of a request of this many samples, in bytes.
using WriteSizeModel = std::function<int64_t(int64_t samples)>;

// A request to be sent. In virtual time the receiver gets this object itself. Immutable but for the
// remembered size.
class WritePayload : public Payload {
 public:
  // Either every slice has its labels, and the request can be encoded; or none has, and its size is
  // modelled. `compress_nothing`: whether a message of no bytes is compressed too.
  WritePayload(std::vector<wire::WriteSlice> slices, const WriteSizeModel& model,
               WriteMessage message = WriteMessage::kV1, bool compress_nothing = true);
  // A request of 1.0 that holds metadata and no samples. Always encoded.
  explicit WritePayload(std::vector<wire::FamilyMetadata> metadata);

  const std::vector<wire::WriteSlice>& slices() const { return slices_; }
  const std::vector<wire::FamilyMetadata>& metadata() const { return metadata_; }
  Result<std::string> encode() const override;
  // What encode() made, if it ran; else makes it now, or asks the model.
  int64_t wire_size() const override;
  // Items: histograms and exemplars count alike.
  int64_t samples() const override { return items_.total(); }
  const ItemCounts& items() const { return items_; }

 private:
  static constexpr int64_t kUnknown = -1;

  std::vector<wire::WriteSlice> slices_;
  std::vector<wire::FamilyMetadata> metadata_;
  ItemCounts items_;
  WriteMessage message_;
  bool compress_nothing_ = true;
  // Written by whichever thread encodes, always with the same value.
  mutable std::atomic<int64_t> size_ = kUnknown;
};

// A request received and decoded. Immutable.
class WrittenPayload : public Payload {
 public:
  explicit WrittenPayload(wire::WrittenRequest request) : request_(std::move(request)) {}
  ~WrittenPayload() override;

  const wire::WrittenRequest& request() const { return request_; }
  Result<std::string> encode() const override;
  int64_t wire_size() const override;
  int64_t samples() const override { return static_cast<int64_t>(request_.samples.size()); }

 private:
  wire::WrittenRequest request_;
};

}  // namespace pushpull
