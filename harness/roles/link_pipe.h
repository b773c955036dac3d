// One direction of one proxied connection: bytes are taken from the source as fast as the modelled
// link would carry them and given to the sink when they would have arrived.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/time.h"
#include "harness/net/wan_model.h"
#include "harness/roles/request_gate.h"

namespace pushpull {

// Both sockets are non-blocking and watched edge-triggered: whoever watches them says when one has
// become readable or writable, and the pipe remembers until the socket says otherwise. What the
// window does not let through stays unread, so the sender feels the link as it would a slow peer.
// Belongs to one thread.
class LinkPipe {
 public:
  // The link's own answer to a request of this pipe, for the pipe that leads back.
  struct Reply {
    Instant when;  // the request is at the other end
    std::string bytes;
  };

  // Nothing is read before `opened`. Sockets are not owned and outlive the pipe.
  LinkPipe(const WanFlow& flow, Instant opened) : flow_(flow), opened_(opened) {}

  // From the first byte on: requests may be held back and answered.
  void add_gate(RequestGate gate) { gate_.emplace(std::move(gate)); }
  // Replies to requests read since the last call.
  std::vector<Reply> take_replies() { return std::exchange(replies_, {}); }
  // All requests that have come whole since the last call.
  std::vector<SeenRequest> take_requests() { return std::exchange(requests_, {}); }
  // Shows `tap` every byte that the source sends.
  using Tap = std::function<void(std::span<const char>)>;
  void add_tap(Tap tap) { tap_ = std::move(tap); }
  // Sends these bytes too, as if the source had sent them at that time.
  void insert(Reply reply) { inserted_.push_back(std::move(reply)); }

  void source_ready() { readable_ = true; }
  void sink_ready() { writable_ = true; }

  // Writes what is due and reads at most one `scratch` full. Returns the bytes read or inserted.
  int64_t pump(int source, int sink, Instant now, std::span<char> scratch);
  // When pump() has more to do though no socket reports anything; max() if never.
  Instant next_pump(Instant now);

  // The source's end of stream has been passed on.
  bool finished() const { return finished_; }
  // A socket failed; the connection is over.
  bool broken() const { return broken_; }

 private:
  struct Chunk {
    Instant due;
    std::string bytes;
  };
  // Bytes in the line at most; further ones wait unread. Far above any window of interest.
  static constexpr int64_t kMaxInLine = int64_t{64} << 20;

  int64_t send_inserted(Instant now);
  void write_due(int sink, Instant now);
  // Bytes taken: all of them, or fewer where the sink's buffer is full.
  size_t write(int sink, const char* bytes, size_t size);
  int64_t read(int source, int sink, Instant now, std::span<char> scratch);
  void pass_on(int sink, Instant now, Instant due, std::span<const char> bytes);
  bool may_read(Instant now) const;
  Instant next_allowance(Instant now);
  // The sink has not taken what has arrived: nothing more is read then, as a link buffers only what
  // is under way.
  bool sink_lags(Instant now) const { return !line_.empty() && line_.front().due <= now; }

  WanFlow flow_;
  Instant opened_;
  bool readable_ = false;
  bool writable_ = false;
  bool finished_ = false;
  bool broken_ = false;
  std::optional<Instant> end_due_;  // set once the source has ended: when the sink learns of it
  std::deque<Chunk> line_;
  size_t written_ = 0;   // of line_.front()
  int64_t in_line_ = 0;  // bytes of line_
  std::optional<RequestGate> gate_;
  std::vector<Reply> replies_;
  std::vector<SeenRequest> requests_;
  Tap tap_;
  std::deque<Reply> inserted_;
};

}  // namespace pushpull
