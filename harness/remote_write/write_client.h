// The HTTP side of one remote_write entry: builds requests, sends them, reads what an answer means.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/net/transport.h"
#include "harness/remote_write/config.h"
#include "harness/remote_write/label_source.h"
#include "harness/remote_write/outcome.h"
#include "harness/remote_write/release_profile.h"
#include "harness/remote_write/shard_queue.h"
#include "harness/remote_write/url.h"
#include "harness/remote_write/write_payload.h"
#include "harness/remote_write/written_counts.h"

namespace pushpull {

// Loop thread only. Holds no state of a request.
class WriteClient {
 public:
  // Both are borrowed. `model` prices requests whose labels `labels` does not give. Requires:
  // config.url parses.
  WriteClient(Transport& transport, LabelSource& labels, WriteSizeModel model,
              const RemoteWriteConfig& config, const ReleaseProfile& profile);

  std::shared_ptr<const WritePayload> payload(Batch&& batch) const;
  // `attempt` is 0 for the first, then 1, 2, … `done` as Transport::send.
  void send(std::shared_ptr<const WritePayload> payload, int attempt, Transport::Done done) const;

  struct Verdict {
    SendOutcome outcome;
    std::optional<Duration> retry_after;  // what the server asked for, where this release listens
    WrittenCounts written;                // of a 2.0 answer; nothing in 1.0
  };
  // `samples`: of the request. A 2xx to a 2.0 message without a word of anything written comes from
  // a receiver that knows 1.0 only and does not look at the Content-Type: the batch is lost.
  Verdict judge(const Exchange& exchange, int64_t samples, Instant now) const;
  WriteMessage message() const { return message_; }

 private:
  Headers retry_headers(int attempt) const;

  Transport& transport_;
  LabelSource& labels_;
  WriteSizeModel model_;
  WriteMessage message_;
  WriteUrl url_;
  Duration timeout_;
  bool retry_on_http_429_;
  Headers headers_;  // of a first attempt
  bool sends_empty_bodies_;
  std::shared_ptr<const AuthorizationSource> authorization_;
  std::shared_ptr<const TlsSettings> tls_;  // null: the URL is http://
  bool retry_attempt_header_;
  bool retry_after_on_5xx_;
};

}  // namespace pushpull
