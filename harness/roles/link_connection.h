// One client's connection through the link and the one to the upstream it stands for.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "harness/base/time.h"
#include "harness/net/link_answer.h"
#include "harness/net/wan_model.h"
#include "harness/net_http/file_descriptor.h"
#include "harness/roles/link_exchange.h"
#include "harness/roles/link_pipe.h"

namespace pushpull {

// Belongs to one thread. Sockets are watched edge-triggered by the owner.
class LinkConnection {
 public:
  struct Bytes {
    int64_t to_server = 0;
    int64_t to_client = 0;
  };

  // `upstream` is connecting. `link` and `answers` are not owned and outlive the connection;
  // without `answers`, nobody looks for requests and nothing is told.
  LinkConnection(WanLink* link, LinkAnswers* answers, ExchangeWatch::Tell tell,
                 FileDescriptor client, FileDescriptor upstream, Instant now);
  // Resets both ends, unless both had ended by themselves: those are closed.
  ~LinkConnection();
  LinkConnection(const LinkConnection&) = delete;
  LinkConnection& operator=(const LinkConnection&) = delete;

  int client() const { return client_.get(); }
  int upstream() const { return upstream_.get(); }
  void client_ready(bool readable, bool writable);
  void upstream_ready(bool readable, bool writable);

  // Moves what can be moved; what was read.
  Bytes pump(Instant now, std::span<char> scratch);
  Instant next_pump(Instant now);
  // Nothing is left to do: both ends have ended, one failed, or the upstream refused.
  bool over() const { return broken() || finished(); }

 private:
  // The next request's answer, ready to be sent; empty: it passes.
  std::string decide() const;
  bool finished() const { return to_server_.finished() && to_client_.finished(); }
  bool broken() const { return refused_ || to_server_.broken() || to_client_.broken(); }

  LinkAnswers* answers_;
  ExchangeWatch watch_;
  Instant now_;  // of the pump() under way
  FileDescriptor client_;
  FileDescriptor upstream_;
  bool connected_ = false;
  bool refused_ = false;
  LinkPipe to_server_;
  LinkPipe to_client_;
};

}  // namespace pushpull
