// Finds the requests in one direction of an HTTP/1.1 connection and holds those back that the link
// answers itself.
#pragma once

#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pushpull {

// What there is to know of a request that has come whole.
struct SeenRequest {
  uint32_t attempt = 0;    // its Retry-Attempt header; 0 where it has none
  uint64_t body_size = 0;  // bytes
  uint64_t body_hash = 0;  // XXH64: attempts at one batch have one body
  std::string answer;      // the link's own; empty: it passed
  bool operator==(const SeenRequest&) const = default;
};

// A head goes on when it is whole: only then it can be decided about. Where the stream is not what
// a gate understands (no HTTP/1.x, a chunked request, a head above kLargestHead), it passes from
// there on unseen. Belongs to one thread.
class RequestGate {
 public:
  static constexpr size_t kLargestHead = 64 << 10;

  // The link's answer to the next request, bytes and all; empty: it passes.
  using Decide = std::function<std::string()>;
  struct Passed {
    std::string bytes;                  // to go on
    std::vector<SeenRequest> requests;  // that have now come whole
  };

  explicit RequestGate(Decide decide);

  // The next bytes of the stream.
  Passed take(std::span<const char> bytes);

 private:
  enum class Part : uint8_t { kHead, kBody, kUnseen };

  void take_head(std::string_view& rest, Passed& passed);
  void take_body(std::string_view& rest, Passed& passed);
  void end_request(Passed& passed);

  Decide decide_;
  Part part_ = Part::kHead;
  std::string head_;  // so far
  uint64_t body_left_ = 0;
  SeenRequest request_;  // at hand
  struct FreeState {
    void operator()(XXH64_state_t* state) const { XXH64_freeState(state); }
  };
  std::unique_ptr<XXH64_state_t, FreeState> body_;  // its hash so far
};

}  // namespace pushpull
