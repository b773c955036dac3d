// The sender against a model that handles one sample at a time, as Prometheus does: same requests,
// same contents, same times, same waits of the reader, same shards, same losses.
#include <gtest/gtest.h>

#include "harness/remote_write/queue_model_for_test.h"

namespace pushpull {
namespace {

using namespace queue_model;

// Runs `commit(slice)` at the case's times and `gauges()` before each.
template <class Commit, class Observe>
void play(VirtualLoop& loop, const Case& c, Trace& trace, Commit commit, Observe gauges) {
  for (const auto& [at, slice] : c.commits) {
    loop.run_until(kVirtualStart + at);
    trace.gauges.push_back(gauges());
    commit(slice);
  }
  loop.run_for(c.slow() ? s(3600) : s(300));  // a slow batch of one sample takes seconds
  trace.gauges.push_back(gauges());
  std::ranges::sort(trace.flushed);
  std::ranges::sort(trace.too_old);
}

Trace run_model(const Case& c) {
  Trace trace;
  VirtualLoop loop;
  Model model(loop, c, trace);
  play(
      loop, c, trace, [&](const Slice& slice) { model.commit(slice); },
      [&] { return model.gauges(); });
  return trace;
}

Trace run_sender(const Case& c) {
  Trace trace;
  VirtualLoop loop;
  FakeTransport transport(loop);
  FakeSource source;
  NoLabels labels;
  DropRecorder observer;
  IncomingSamples incoming(loop);
  const QueueManager* sender = nullptr;
  RemoteWriteConfig config;
  config.url = "http://central:9090/api/v1/write";
  config.queue_config = c.queue;
  transport.answer = [&](const FakeTransport::Sent& sent) {
    Samples samples;
    for (const wire::WriteSlice& part : sent.slices()) {
      const Samples more = samples_of(part.slice);
      samples.insert(samples.end(), more.begin(), more.end());
    }
    const auto shards = static_cast<uint64_t>(sender->stats().shards);
    const Place place{shards, samples.empty() ? Place::kAny : samples[0].ref % shards};
    std::vector<Sent>& attempts = trace.attempts[place];
    attempts.push_back({sent.at, std::move(samples)});
    return c.answer(place, attempts.size() - 1, sent.at);
  };
  QueueManager manager({loop, transport, source, labels, observer, incoming}, config,
                       *release_profile(c.release), c.flush_deadline, [](int64_t n) { return n; });
  sender = &manager;
  play(
      loop, c, trace,
      [&](const Slice& slice) {
        incoming.committed(slice);
        source.slices.push_back(slice);
        manager.notify();
      },
      [&] {
        const QueueStats& stats = manager.stats();
        return Gauges{stats.enqueue_retries_total, stats.samples_pending, stats.shards,
                      stats.shards_desired, stats.samples_too_old};
      });
  for (const auto& [slice, cause] : observer.drops) {
    const Samples lost = samples_of(slice);
    if (cause == LossCause::kReshardFlush)
      trace.flushed.insert(trace.flushed.end(), lost.begin(), lost.end());
    if (cause == LossCause::kTooOld)
      trace.too_old.insert(trace.too_old.end(), lost.begin(), lost.end());
  }
  std::ranges::sort(trace.flushed);
  std::ranges::sort(trace.too_old);
  return trace;
}

TEST(QueueModel, SenderDoesWhatTheSampleBySampleOriginalDoes) {
  int64_t waits = 0;
  int64_t reshardings = 0;
  size_t flushed = 0;
  size_t too_old = 0;
  int64_t empty_requests = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Case c(seed);
    const Trace expected = run_model(c);
    const Trace seen = run_sender(c);
    ASSERT_EQ(seen.gauges, expected.gauges);
    ASSERT_EQ(seen.attempts, expected.attempts);
    ASSERT_EQ(seen.flushed, expected.flushed);
    ASSERT_EQ(seen.too_old, expected.too_old);
    EXPECT_EQ(seen.gauges.back().samples_pending, 0);
    waits += seen.gauges.back().enqueue_retries;
    flushed += seen.flushed.size();
    too_old += seen.too_old.size();
    for (const auto& [place, attempts] : seen.attempts)
      empty_requests += place.shard == Place::kAny ? 1 : 0;
    for (size_t i = 1; i < seen.gauges.size(); ++i) {
      reshardings += seen.gauges[i].shards != seen.gauges[i - 1].shards ? 1 : 0;
    }
  }
  EXPECT_GT(waits, 100) << "the cases hardly make the reader wait";
  EXPECT_GT(reshardings, 50) << "the cases hardly change the shards";
  EXPECT_GT(flushed, 100u) << "every flush succeeds";
  EXPECT_GT(too_old, 1000u) << "hardly anything becomes too old";
  EXPECT_GT(empty_requests, 5) << "no batch becomes too old as a whole";
}

TEST(QueueModel, SeriesStayInOrderWhateverTheShards) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Case c(seed);
    // With a limit there are timestamps in any order.
    if (c.queue.sample_age_limit > Duration()) continue;
    std::vector<std::pair<Instant, Sample>> sent;
    for (const auto& [place, attempts] : run_sender(c).attempts) {
      const Samples* previous = nullptr;
      for (const Sent& attempt : attempts) {
        const bool retry = previous != nullptr && *previous == attempt.samples;
        previous = &attempt.samples;
        if (retry) continue;
        for (const Sample& sample : attempt.samples) sent.emplace_back(attempt.at, sample);
      }
    }
    std::ranges::stable_sort(sent, {}, &std::pair<Instant, Sample>::first);
    std::map<uint64_t, int64_t> newest;  // timestamp, by ref
    for (const auto& [at, sample] : sent) {
      int64_t& last = newest.try_emplace(sample.ref, sample.timestamp_ms).first->second;
      EXPECT_GE(sample.timestamp_ms, last) << "ref " << sample.ref;
      last = sample.timestamp_ms;
    }
  }
}

}  // namespace
}  // namespace pushpull
