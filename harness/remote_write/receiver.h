// The receiving end of remote write, /api/v1/write: which requests are refused, and what an append
// answers. The append itself is its owner's.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/measure/observer.h"
#include "harness/net/transport.h"
#include "harness/remote_write/media_type.h"
#include "harness/remote_write/release_profile.h"
#include "harness/remote_write/written_counts.h"

namespace pushpull::wire {
class LabelMemory;
}

namespace pushpull {

// What became of one 1.0 request's samples. Remote write 1.0 has no partial success: the first
// sample that is not stored (a duplicate is) ends the append, and the owner rolls the whole request
// back.
struct WriteOutcome {
  std::optional<Fate> refused;  // of the sample that ended the append
  std::string detail;           // appended to the error text; may be empty
  std::string invalid;          // not empty: it holds a histogram that is none, and so answers 400
  std::string storage_error;  // not empty: the head could not take the request for its own reasons
};

// The same for Remote Write 2.0, which stores what it can.
struct WriteOutcomeV2 {
  WrittenCounts written;  // what passed the checks, exact duplicates included
  // Why each part that was refused is, in the order of the request.
  std::vector<std::string> refused;
  std::string storage_error;  // not empty: nothing was written
};

// The head's own words for a sample it refuses; empty where it does not.
std::string_view refusal_text(Fate fate);
// Whether this fate ends the append of a request.
bool refuses_request(Fate fate);

// The words of releases that know native histograms but have them switched off.
inline constexpr std::string_view kHistogramsDisabled = "native histograms are disabled";

// Decides the same whatever came before; decoder() may be called, and its decoders run, on any
// thread.
class WriteReceiver {
 public:
  explicit WriteReceiver(const ReleaseProfile& profile);

  // Decodes the body to a WrittenPayload or a WrittenPayloadV2; empty where the request is refused
  // without looking at its body. Releases that judge the content type last answer a broken body
  // first: under a wrong type it is decompressed, and no more.
  Decoder decoder(const Request& request) const;
  // The answer to a request that must not be appended; nothing where its payload (WrittenPayload,
  // or in virtual time WritePayload) is to be.
  std::optional<Response> refuse(const Arrival& arrival) const;
  // What a request that is not refused carries. Pure; any thread.
  WriteMessage message(const Request& request) const;
  // 204, 400 or 500.
  Response answer(const WriteOutcome& outcome) const;
  Response answer(const WriteOutcomeV2& outcome) const;

 private:
  bool checks_media_type_;
  bool judges_encoding_first_;
  bool limits_request_size_;
  bool limits_decoded_size_;
  bool stores_native_histograms_;
  // Decoders share it with each other and with the receiver.
  std::shared_ptr<wire::LabelMemory> labels_;
};

}  // namespace pushpull
