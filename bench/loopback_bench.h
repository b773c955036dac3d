// What the benchmarks over real sockets share: servers with loop threads of their own, and a
// verifier of every sample. No link in the path.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "harness/measure/null_observer.h"
#include "harness/measure/sample_resolver.h"
#include "harness/measure/workload_series.h"
#include "harness/net_http/http_server.h"
#include "harness/net_http/http_transport.h"
#include "harness/prometheus/sample_storage.h"
#include "harness/prometheus/server.h"
#include "harness/workload/workload.h"

namespace pushpull {

// A loop and the thread that runs it.
class LoopThread {
 public:
  LoopThread() : thread_([this] { loop_.run(); }) {}
  ~LoopThread() { stop(); }

  RealLoop& loop() { return loop_; }
  // Runs `task` on the loop thread and waits for it.
  void run(const std::function<void()>& task) {
    std::promise<void> done;
    loop_.post([&] {
      task();
      done.set_value();
    });
    done.get_future().wait();
  }
  void stop() {
    if (!thread_.joinable()) return;
    loop_.stop();
    thread_.join();
  }

 private:
  RealLoop loop_;
  std::thread thread_;
};

// Verifies what a central receives as the central's role does: which series by its labels, which
// scrape by its timestamp, then the value.
class Verifier : public NullObserver {
 public:
  Verifier(const Workload& workload, const SeriesRegistry& registry)
      : known_(workload),
        index_(known_, [&registry](uint64_t ref) { return registry.labels(ref); }),
        answers_(static_cast<uint32_t>(workload.targets().size()), Duration::minutes(10)),
        resolver_(known_, index_, answers_) {}

  // A target answered a scrape; told before the answer leaves. Any thread.
  void answered(uint32_t target, uint64_t ordinal, Instant arrival) {
    const std::lock_guard lock(mutex_);
    answers_.answered(target, ordinal, arrival);
  }

  using NullObserver::received;
  void received(std::span<const ForeignSample> samples, Instant visible) override {
    const std::lock_guard lock(mutex_);
    const ResolvedSamples resolved = resolver_.resolve(samples, visible);
    wrong_ += resolved.corrupted + resolved.unknown;
    for (const journal::Received& run : resolved.received) {
      if (run.fate == Fate::kStored) seen_ += run.positions.count;
    }
    if (seen_ < awaited_) return;
    awaited_ = INT64_MAX;
    done_.set_value();
  }

  // Ready when `samples` more have arrived with the value that was scraped. Any thread.
  std::future<void> await(int64_t samples) {
    const std::lock_guard lock(mutex_);
    awaited_ = seen_ + samples;
    done_ = {};
    return done_.get_future();
  }
  // Samples of nobody, or without the value that was scraped, so far. Any thread.
  int64_t wrong() const {
    const std::lock_guard lock(mutex_);
    return wrong_;
  }

 private:
  mutable std::mutex mutex_;
  WorkloadSeries known_;
  SeriesIndex index_;
  AnswerLog answers_;
  SampleResolver resolver_;
  int64_t seen_ = 0;
  int64_t wrong_ = 0;
  int64_t awaited_ = INT64_MAX;
  std::promise<void> done_;
};

// A mock Prometheus behind a socket, on its own thread.
class PrometheusThread {
 public:
  explicit PrometheusThread(const char* release)
      : profile_(release_profile(release).value()), storage_(Labels(), profile_) {}
  ~PrometheusThread() { stop(); }

  // Once. `observer` outlives this. `front` may give a service that answers in the server's place.
  void start(
      Observer& observer, ServerOptions options,
      const std::function<Service*(Server&)>& front = [](Server& server) { return &server; }) {
    options.profile = profile_;
    thread_.run([&] {
      transport_.emplace(thread_.loop());
      server_.emplace(thread_.loop(), *transport_, storage_, observer, std::move(options));
      web_ = HttpServer::start(thread_.loop(), *front(*server_), "127.0.0.1:0").value();
    });
  }
  // Whom it talks to is left alone from here on.
  void stop() {
    thread_.stop();
    web_.reset();
    server_.reset();
    transport_.reset();
  }
  std::string endpoint() const { return "127.0.0.1:" + std::to_string(web_->port()); }
  RealLoop& loop() { return thread_.loop(); }
  // Belongs to the loop thread once this has started.
  SampleStorage& storage() { return storage_; }

 private:
  ReleaseProfile profile_;
  SampleStorage storage_;
  std::optional<HttpTransport> transport_;
  std::optional<Server> server_;
  std::unique_ptr<HttpServer> web_;
  LoopThread thread_;
};

// One that verifies what it receives.
struct Central {
  Central(const Workload& workload, const char* release)
      : server(release), verifier(workload, server.storage().registry()) {}
  ~Central() { server.stop(); }

  PrometheusThread server;
  Verifier verifier;
};

// Targets of 5000 series.
inline Workload workload_of(int64_t series) {
  constexpr int64_t kSeriesPerTarget = 5000;
  const auto targets = static_cast<uint32_t>((series + kSeriesPerTarget - 1) / kSeriesPerTarget);
  return Workload::make(
             {.leaves = 1, .targets = targets, .series = static_cast<uint64_t>(series), .seed = 1})
      .value();
}

// Each iteration is one arrival of every series; the first, when series are new, is not counted.
// `prepare` comes before each round and is not measured.
inline void measure_rounds(
    benchmark::State& state, Verifier& verifier, const std::function<void()>& begin_round = [] {},
    const std::function<void()>& prepare = [] {}) {
  const auto round = [&] {
    std::future<void> done = verifier.await(state.range(0));
    begin_round();
    done.wait();
  };
  prepare();
  round();
  for (auto _ : state) {
    state.PauseTiming();
    prepare();
    state.ResumeTiming();
    round();
  }
  if (verifier.wrong() != 0) state.SkipWithError("samples arrived with a wrong value");
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

}  // namespace pushpull
