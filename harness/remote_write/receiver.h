// The receiving end of remote write, /api/v1/write: which requests are refused, and what an append
// answers. The append itself is its owner's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "harness/measure/observer.h"
#include "harness/net/transport.h"
#include "harness/remote_write/release_profile.h"

namespace pushpull {

// What became of one request's samples. Remote write 1.0 has no partial success: the first sample
// that is not stored (a duplicate is) ends the append, and the owner rolls the whole request back.
struct WriteOutcome {
  std::optional<Fate> refused;  // of the sample that ended the append
  std::string detail;           // appended to the error text; may be empty
  std::string storage_error;  // not empty: the head could not take the request for its own reasons
};

// Whether this fate ends the append of a request.
bool refuses_request(Fate fate);

// Stateless after construction; decoder() may be called, and its decoders run, on any thread.
class WriteReceiver {
 public:
  explicit WriteReceiver(const ReleaseProfile& profile);

  // Decodes the body to a WrittenPayload; empty where the request is refused without looking at its
  // body. Where only the content type is wrong, the body is still decompressed, as a broken one is
  // answered first.
  Decoder decoder(const Request& request) const;
  // The answer to a request that must not be appended; nothing where its payload (WrittenPayload,
  // or in virtual time WritePayload) is to be.
  std::optional<Response> refuse(const Arrival& arrival) const;
  // 204, 400 or 500.
  Response answer(const WriteOutcome& outcome) const;

 private:
  bool checks_media_type_;
  bool limits_request_size_;
};

}  // namespace pushpull
