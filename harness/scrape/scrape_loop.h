// The scrape loop of one target: phase, one request at a time, one buffered tick on overrun.
// Sans-IO; loop thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/loop/event_loop.h"
#include "harness/net/transport.h"
#include "harness/scrape/schedule.h"
#include "harness/workload/labels.h"

namespace pushpull {

// What to fetch and how often.
struct ScrapeTarget {
  std::string endpoint;  // host:port
  std::string path;
  std::string query;
  Labels labels;    // attached to every series; no `__` names
  Labels identity;  // all labels before the `__` ones were dropped: decides the phase
  Duration interval;
  Duration timeout;
  bool honor_labels = false;
  bool honor_timestamps = true;
  bool compressed = true;                     // asks for gzip
  std::vector<std::string> scrape_protocols;  // as in the configuration; empty: the default
  std::optional<bool> native_histograms;      // nothing: as the release does
  std::string accept;                         // the header; the server makes it
  Work::Kind parse_work = Work::Kind::kScrapeParse;
};

std::string url_of(const ScrapeTarget& target);
// Its place in the interval; `seed` is scrape_seed()'s.
Duration scrape_offset(const ScrapeTarget& target, uint64_t seed, LabelBytes layout);

// One scrape, finished.
struct ScrapeResult {
  Instant intended;      // the grid point
  int64_t timestamp_ms;  // of its samples
  Duration duration;     // from start until the body was there and parsed
  PayloadPtr payload;    // null: failed
  std::string error;     // why, if failed
  int64_t bytes = 0;     // received, heads included
};

class ScrapeLoop {
 public:
  using Finished = std::function<void(ScrapeResult)>;
  // Gives the decoder for the next scrape (it may know the last one's series). May be empty in
  // virtual time.
  using MakeDecoder = std::function<Decoder()>;

  // `offset` is the place in the interval. `finished` is called on the loop thread after each
  // scrape; the next one waits for it to return. `user_agent` is "Prometheus/<version>".
  // `strict_content_type`: 3.x refuses a body whose Content-Type is not an exposition's.
  ScrapeLoop(EventLoop& loop, Transport& transport, ScrapeTarget target, Duration offset,
             const std::string& user_agent, bool strict_content_type, MakeDecoder make_decoder,
             Finished finished);
  ~ScrapeLoop();
  ScrapeLoop(const ScrapeLoop&) = delete;
  ScrapeLoop& operator=(const ScrapeLoop&) = delete;

  const ScrapeTarget& target() const { return target_; }

 private:
  void schedule(Instant intended, Instant due);
  void start(Instant due);
  void done(Instant intended, Instant started, Exchange&& exchange);
  std::string failure(const Exchange& exchange) const;

  EventLoop& loop_;
  Transport& transport_;
  ScrapeTarget target_;
  Request request_;  // every scrape sends a copy
  bool strict_content_type_;
  MakeDecoder make_decoder_;
  Finished finished_;
  TimerId timer_ = 0;
  std::shared_ptr<bool> alive_ =
      std::make_shared<bool>(true);  // a late response must not touch a dead loop
};

// Whether Prometheus 3.x parses a body of this Content-Type without fallback_scrape_protocol.
bool is_exposition_type(std::string_view content_type);

}  // namespace pushpull
