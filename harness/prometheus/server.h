// The mock Prometheus server, engine-neutral: it scrapes, keeps a head and a WAL, sends and
// receives remote write, and serves /federate. Both engines instantiate this class; they differ in
// loop, transport and Storage. Loop thread only, except decoder() and receive_work().
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/head/wal.h"
#include "harness/loop/event_loop.h"
#include "harness/measure/observer.h"
#include "harness/net/transport.h"
#include "harness/prometheus/remote_storage.h"
#include "harness/prometheus/storage.h"
#include "harness/remote_write/receiver.h"
#include "harness/scrape/scrape_loop.h"

namespace pushpull {

// A real server hands its targets from discovery to scraping at the first tick of five seconds
// (discovery.Manager's sender, scrape.Manager's reloader), so it scrapes nothing before.
inline constexpr Duration kDiscoveryDelay = Duration::seconds(5);

struct ServerOptions {
  ReleaseProfile profile;
  Labels external_labels;
  std::vector<ScrapeTarget> targets;
  std::vector<RemoteWriteConfig> remote_write;
  bool enable_receiver = false;  // --web.enable-remote-write-receiver
  std::string host_name;         // with the external labels decides the scrape phases
  Duration wal_retention = kWalRetention;
  Duration flush_deadline = Duration::minutes(1);  // --storage.remote.flush-deadline
  WriteSizeModel write_size_model;  // virtual time, where requests are not really encoded
  // Until it knows its targets: kDiscoveryDelay where it is to behave as a real process does.
  Duration discovery_delay;
};

// Counters behind /metrics and the results. Samples unless said otherwise.
struct ServerStats {
  int64_t head_samples_appended = 0;  // floats
  int64_t head_histograms_appended = 0;
  int64_t exemplars_appended = 0;
  int64_t exemplars_out_of_order = 0;
  int64_t scrapes = 0;             // finished scrapes, successful or not
  int64_t scrapes_failed = 0;      // of those
  int64_t scrape_bytes = 0;        // received, heads included
  std::array<int64_t, 5> fates{};  // by Fate, of every float offered to the head
  std::array<int64_t, 5> histogram_fates{};
  int64_t write_requests = 0;  // received, by outcome:
  int64_t write_requests_refused = 0;
  int64_t federate_requests = 0;
  int64_t federated_samples = 0;
  // Accepted from 1.0 requests, which say nothing about a series' family.
  int64_t samples_without_metadata = 0;
  // Answered, by handler and status.
  std::map<std::pair<std::string, int>, int64_t> http_requests;
};

// Write requests that left this server, by attempt.
struct SentRequests {
  int64_t attempts = 0;
  int64_t failed = 0;  // of those: no answer, or not 2xx
};

class Server : public Service {
 public:
  // All references are borrowed and outlive the server. Scraping starts after the discovery delay.
  Server(EventLoop& loop, Transport& transport, Storage& storage, Observer& observer,
         ServerOptions options);
  ~Server() override;

  Decoder decoder(const Request& request) const override;
  Work receive_work(const Request& request) const override;
  void handle(Arrival arrival, Respond respond) override;

  // Stops scraping, flushes remote write within the flush deadline, then calls `done` once, never
  // inside this call. Meanwhile requests are answered 503, but for those about itself.
  void stop(std::function<void()> done);
  // The process dies: what remote write has not delivered is reported as `cause`. Nothing is sent
  // any more.
  void abandon(LossCause cause);

  const ServerStats& stats() const { return stats_; }
  const ReleaseProfile& profile() const { return options_.profile; }
  bool receives() const { return options_.enable_receiver; }
  int64_t samples_with_invalid_labels() const { return storage_.samples_with_invalid_labels(); }
  int64_t wal_segment() const { return wal_.segment(); }
  const std::vector<std::unique_ptr<RemoteStorage>>& remote_storages() const { return remote_; }
  // What its senders are offered; only counted where there are any.
  const IncomingSamples& incoming() const { return incoming_; }
  // Over all destinations: samples not yet delivered, in queues or in the WAL; shards in use, and
  // those that resharding asks for; requests.
  int64_t backlog() const;
  int64_t shards() const;
  double desired_shards() const;
  SentRequests sent_requests() const;

 private:
  struct ScrapeSlot {
    size_t stored = 0;       // the storage's number: storages outlive servers in virtual time
    bool federated = false;  // the target is another server's /federate
    std::unique_ptr<ScrapeLoop> loop;
  };

  void start_scraping();
  void stop_scraping();
  void on_scraped(size_t target, const ScrapeResult& result);
  Record own_record(std::shared_ptr<const Layout> layout, const ScrapeResult& result) const;
  void commit_own(size_t target, std::span<const Slice> slices);
  void end_series(size_t target, const ScrapeResult& result, const EndedSeries& ended);
  void end_histograms(size_t target, const ScrapeResult& result, const EndedSeries& ended);
  void report(size_t target, const ScrapeResult& result, const Storage::Scraped& scraped, bool up);
  void commit(std::span<const Slice> slices, const TimeBounds& bounds, const Head::Judged& judged);
  void commit_exemplars(const Slice& slice);
  void notify_remotes();
  void tell_scraped(const Slice& part, Fate fate);
  // What a central judged: told at once, or kept for tell_foreign() where only labels say what it
  // is.
  void tell_received(const Slice& part, Fate fate);
  void tell_foreign();

  void answer(Arrival arrival, const Respond& respond);
  Response receive(const Arrival& arrival);
  Response receive_v2(const Payload& payload);
  Response serve_federate(const Request& request);

  EventLoop& loop_;
  Storage& storage_;
  Observer& observer_;
  const ServerOptions options_;
  Transport& transport_;
  WriteReceiver receiver_;
  ServerStats stats_;
  Wal wal_;
  IncomingSamples incoming_;
  std::vector<std::unique_ptr<RemoteStorage>> remote_;
  std::vector<ScrapeSlot> scrapes_;
  TimerId discovery_ = 0;                         // until scraping has started
  std::vector<Observer::ForeignSample> foreign_;  // to be told
  bool stopping_ = false;
};

}  // namespace pushpull
