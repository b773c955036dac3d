// What a server that keeps no journal has stored, read back in its own words (see ReadApi).
//
// Why in parts: an answer is a list of series with all their labels, whether they have a sample in
// the range or not, and the server builds all of it in memory. So a request asks for some of the
// series over some of the time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/loop/real_loop.h"
#include "harness/net/transport.h"
#include "harness/systems/read_api.h"
#include "harness/wire/remote_read.h"

namespace pushpull {

// Samples that one request may bring, by estimate. A Prometheus's own limit (50 million, by
// --storage.remote.read-sample-limit) is far above.
inline constexpr int64_t kReadBackSamples = 200'000;

// Some of the server's series: about `series` of them, with a sample every `interval`.
struct ReadPart {
  std::vector<wire::ReadMatcher> matchers;
  int64_t series = 1;
  Duration interval = Duration::seconds(1);
};

// Slices of time, every millisecond of [first_ms, last_ms] in exactly one per part. Part by part.
// Requires: first_ms <= last_ms, positive series and intervals.
std::vector<wire::ReadQuery> plan_read_back(const std::vector<ReadPart>& parts, int64_t first_ms,
                                            int64_t last_ms);

// Asks one query after the other. Loop thread.
class ReadBack {
 public:
  using OnSamples = std::function<void(const wire::WrittenRequest&)>;
  // Called once: success when every query was answered, or the first failure.
  using Done = std::function<void(Status)>;

  // `api` and `transport` outlive this, and this the call of `done`.
  ReadBack(const ReadApi& api, Transport& transport, std::string endpoint,
           std::vector<wire::ReadQuery> queries, OnSamples on_samples, Done done);
  void start();

 private:
  void next();
  void ask(Request request, std::function<Status(const Response&)> take);

  const ReadApi& api_;
  Transport& transport_;
  const std::string endpoint_;
  const std::vector<wire::ReadQuery> queries_;
  const OnSamples on_samples_;
  const Done done_;
  size_t asked_ = 0;
};

// All of it, running the loop meanwhile. For who holds the loop while nobody runs it.
Status read_back_all(RealLoop& loop, const ReadApi& api, Transport& transport,
                     const std::string& endpoint, std::vector<wire::ReadQuery> queries,
                     ReadBack::OnSamples on_samples);

}  // namespace pushpull
