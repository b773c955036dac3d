// A buffered byte stream over one socket, with a deadline on everything and a count of every byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/loop/event_loop.h"
#include "harness/net_http/file_descriptor.h"
#include "harness/net_http/stop_signal.h"

namespace pushpull {

// Belongs to one thread at a time. `clock` and `stop` outlive it.
class Connection {
 public:
  enum class Failure { kNone, kTimeout, kClosed, kStopped };

  Connection(FileDescriptor socket, const Clock& clock, const StopSignal& stop);

  // Of every read and write from here on; Instant::max() for none. Clears no failure.
  void set_deadline(Instant deadline) { deadline_ = deadline; }

  // Sends what is pending, then blocks until there is at least one byte. Returns how many were put
  // in `out`; 0 at the end of the stream or on failure.
  size_t read(char* out, size_t size);
  // True when bytes wait to be read; false at the end of the stream or on failure.
  bool wait_readable();

  // Small writes are gathered and leave with the next large one, flush() or read(): a head and its
  // body in one segment. False on failure.
  bool write(std::string_view bytes);
  bool flush() { return send({}); }

  // The peer has neither closed nor sent anything unasked for: an idle connection may be used
  // again.
  bool is_idle() const;

  // Sticky. The end of the stream counts as kClosed.
  Failure failure() const { return failure_; }

  // TCP payload since the connection was made.
  int64_t bytes_read() const { return bytes_read_; }
  int64_t bytes_written() const { return bytes_written_; }

 private:
  bool fill();
  bool send(std::string_view bytes);
  bool in_time();
  void wait(short events);

  FileDescriptor socket_;
  const Clock& clock_;
  const StopSignal& stop_;
  Instant deadline_ = Instant::max();
  Failure failure_ = Failure::kNone;
  std::unique_ptr<char[]> buffer_;  // received, unread: [begin_, end_)
  size_t begin_ = 0;
  size_t end_ = 0;
  std::string pending_;  // written, unsent
  int64_t bytes_read_ = 0;
  int64_t bytes_written_ = 0;
};

}  // namespace pushpull
