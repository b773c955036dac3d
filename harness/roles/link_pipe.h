// One direction of one proxied connection: bytes are taken from the source as fast as the modelled
// link would carry them and given to the sink when they would have arrived.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>

#include "harness/base/time.h"
#include "harness/net/wan_model.h"

namespace pushpull {

// Both sockets are non-blocking and watched edge-triggered: whoever watches them says when one has
// become readable or writable, and the pipe remembers until the socket says otherwise. What the
// window does not let through stays unread, so the sender feels the link as it would a slow peer.
// Belongs to one thread.
class LinkPipe {
 public:
  // Nothing is read before `opened`. Sockets are not owned and outlive the pipe.
  LinkPipe(const WanFlow& flow, Duration one_way, Instant opened)
      : flow_(flow), one_way_(one_way), opened_(opened) {}

  void source_ready() { readable_ = true; }
  void sink_ready() { writable_ = true; }

  // Writes what is due and reads at most one `scratch` full. Returns the bytes read.
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

  void write_due(int sink, Instant now);
  // Bytes taken: all of them, or fewer where the sink's buffer is full.
  size_t write(int sink, const char* bytes, size_t size);
  int64_t read(int source, int sink, Instant now, std::span<char> scratch);
  bool may_read(Instant now) const;
  // The sink has not taken what has arrived: nothing more is read then, as a link buffers only what
  // is under way.
  bool sink_lags(Instant now) const { return !line_.empty() && line_.front().due <= now; }

  WanFlow flow_;
  Duration one_way_;
  Instant opened_;
  bool readable_ = false;
  bool writable_ = false;
  bool finished_ = false;
  bool broken_ = false;
  std::optional<Instant> end_due_;  // set once the source has ended: when the sink learns of it
  std::deque<Chunk> line_;
  size_t written_ = 0;   // of line_.front()
  int64_t in_line_ = 0;  // bytes of line_
};

}  // namespace pushpull
