// A Remote Write 2.0 request, received and decoded.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "harness/net/message.h"
#include "harness/wire/decode_v2.h"

namespace pushpull {

// Immutable.
class WrittenPayloadV2 : public Payload {
 public:
  explicit WrittenPayloadV2(wire::WrittenRequestV2 request) : request_(std::move(request)) {}
  ~WrittenPayloadV2() override;

  const wire::WrittenRequestV2& request() const { return request_; }
  Result<std::string> encode() const override;
  int64_t wire_size() const override;
  int64_t samples() const override { return static_cast<int64_t>(request_.samples.size()); }

 private:
  wire::WrittenRequestV2 request_;
};

}  // namespace pushpull
