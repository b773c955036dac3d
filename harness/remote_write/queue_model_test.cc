// The sender against a model that handles one sample at a time, as Prometheus does: same requests,
// same contents, same times, same waits of the reader.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <vector>

#include "harness/base/random.h"
#include "harness/remote_write/queue_manager.h"
#include "harness/remote_write/test_fakes.h"

namespace pushpull {
namespace {

struct Sample {
  uint64_t ref;
  int64_t timestamp_ms;
  auto operator<=>(const Sample&) const = default;
};
using Samples = std::vector<Sample>;

Samples samples_of(const Slice& slice) {
  Samples out;
  for (uint32_t i = 0; i < slice.count; ++i) {
    const uint32_t position = slice.position(i);
    out.push_back({slice.record->layout->ref(position), slice.record->timestamp(position)});
  }
  return out;
}

struct Sent {
  Instant at;
  Samples samples;
  bool operator==(const Sent&) const = default;
};

struct Gauges {
  int64_t enqueue_retries;
  int64_t samples_pending;
  bool operator==(const Gauges&) const = default;
};

struct Trace {
  std::map<uint64_t, std::vector<Sent>> by_shard;  // attempts
  std::vector<Gauges> gauges;                      // just before each commit, and at the end
};

// One random case. Times of commits and answers have odd nanoseconds, so that no two events
// coincide.
struct Case {
  QueueConfig queue;
  const char* release;
  std::vector<std::pair<Duration, Slice>> commits;  // ascending
  uint64_t seed;

  explicit Case(uint64_t s);
  FakeTransport::Answer answer(uint64_t shard, size_t attempt) const;
};

std::shared_ptr<const Layout> random_layout(Random& random) {
  const auto size = static_cast<uint32_t>(1 + random.below(60));
  if (random.below(2) == 0) return layout_of(size, random.below(1000));
  std::set<uint64_t> refs;
  while (refs.size() < size) refs.insert(random.below(200));
  std::vector<uint64_t> shuffled(refs.begin(), refs.end());
  std::reverse(shuffled.begin(), shuffled.begin() + static_cast<ptrdiff_t>(random.below(size + 1)));
  return std::make_shared<const Layout>(std::move(shuffled));
}

// A record, or a part of one, or one shard of some other sharding.
Slice random_slice(Random& random, const RecordPtr& record) {
  Slice whole = Slice::whole(record);
  switch (random.below(3)) {
    case 0:
      return whole;
    case 1:
      return whole.tail(static_cast<uint32_t>(random.below(whole.count)));
    default: {
      const auto& shards =
          record->layout->shard_positions(static_cast<uint32_t>(1 + random.below(4)));
      const ShardPositions* positions = &shards[random.below(shards.size())];
      return {record, positions, 0, positions->count()};
    }
  }
}

Case::Case(uint64_t s) : seed(s) {
  Random random(seed, "queue_model");
  const auto between = [&](int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random.below(static_cast<uint64_t>(high - low + 1)));
  };
  queue.capacity = between(1, 60);
  queue.max_samples_per_send = between(1, 20);
  queue.min_shards = between(1, 5);
  queue.batch_send_deadline = ms(between(20, 400));
  queue.min_backoff = ms(between(1, 20));
  queue.max_backoff = ms(between(20, 100));
  release = random.below(2) == 0 ? "2.42" : "3.5";
  std::vector<std::shared_ptr<const Layout>> layouts;
  layouts.reserve(3);
  for (int i = 0; i < 3; ++i) layouts.push_back(random_layout(random));
  Duration at;
  for (int64_t i = between(5, 40); i > 0; --i) {
    at += Duration::nanoseconds(between(1, 40'000'000));
    auto record = std::make_shared<Record>();
    record->layout = layouts[random.below(layouts.size())];
    record->timestamp_ms = i;
    commits.emplace_back(at, random_slice(random, record));
  }
}

FakeTransport::Answer Case::answer(uint64_t shard, size_t attempt) const {
  Random random(seed, "answer " + std::to_string(shard) + " " + std::to_string(attempt));
  const uint64_t dice = random.below(20);
  const auto latency = Duration::nanoseconds(static_cast<int64_t>(1 + random.below(60'000'000)));
  return {dice < 3 ? 503 : dice == 3 ? 400 : 204, latency};
}

// The original: one sample at a time.
class Model {
 public:
  Model(VirtualLoop& loop, const Case& c, Trace& trace)
      : loop_(loop), case_(c), trace_(trace), started_(loop.now()) {
    shards_.resize(static_cast<size_t>(c.queue.min_shards));
    for (size_t s = 0; s < shards_.size(); ++s) arm(s);
  }

  void commit(const Slice& slice) {
    for (const Sample& sample : samples_of(slice)) wal_.push_back(sample);
    if (reading_) return;
    reading_ = true;
    Instant when = loop_.now();
    if (std::string_view(case_.release) == "2.42") {
      const int64_t polls = (when - started_ + ms(10) - Duration::nanoseconds(1)) / ms(10);
      when = started_ + ms(10) * polls;
    }
    loop_.schedule_at(when, [this] { read(); });
  }

  Gauges gauges() const { return {retries_, pending_}; }

 private:
  struct Shard {
    std::deque<Samples> channel;
    Samples partial;
    Samples in_flight;
    size_t attempts = 0;
    Duration backoff;
    TimerId timer = 0;
  };

  void read() {
    while (!wal_.empty()) {
      if (!enqueue(wal_.front())) {
        ++retries_;
        loop_.schedule_after(pause_, [this] { read(); });
        pause_ = std::min(pause_ * 2, case_.queue.max_backoff);
        return;
      }
      wal_.pop_front();
      pause_ = ms(5);
    }
    reading_ = false;
  }

  bool enqueue(const Sample& sample) {
    const size_t s = sample.ref % shards_.size();
    Shard& shard = shards_[s];
    const auto full = static_cast<size_t>(case_.queue.max_samples_per_send);
    const auto slots = static_cast<size_t>(
        std::max<int64_t>(1, case_.queue.capacity / case_.queue.max_samples_per_send));
    if (shard.partial.size() + 1 == full && shard.channel.size() == slots) return false;
    shard.partial.push_back(sample);
    ++pending_;
    if (shard.partial.size() < full) return true;
    shard.channel.push_back(std::exchange(shard.partial, {}));
    if (shard.in_flight.empty()) take(s);
    return true;
  }

  void take(size_t s) {
    Shard& shard = shards_[s];
    loop_.cancel(shard.timer);
    if (shard.channel.empty()) {
      shard.in_flight = std::exchange(shard.partial, {});
    } else {
      shard.in_flight = shard.channel.front();
      shard.channel.pop_front();
    }
    if (shard.in_flight.empty()) return arm(s);
    shard.backoff = case_.queue.min_backoff;
    attempt(s);
  }

  void arm(size_t s) {
    shards_[s].timer =
        loop_.schedule_after(case_.queue.batch_send_deadline, [this, s] { take(s); });
  }

  void attempt(size_t s) {
    Shard& shard = shards_[s];
    trace_.by_shard[s].push_back({loop_.now(), shard.in_flight});
    const FakeTransport::Answer answer = case_.answer(s, shard.attempts++);
    loop_.schedule_after(
        answer.latency, [this, s, retry = answer.status == 503] { retry ? pause(s) : resolve(s); });
  }

  void pause(size_t s) {
    Shard& shard = shards_[s];
    loop_.schedule_after(shard.backoff, [this, s] { attempt(s); });
    shard.backoff = std::min(shard.backoff * 2, case_.queue.max_backoff);
  }

  void resolve(size_t s) {
    Shard& shard = shards_[s];
    pending_ -= static_cast<int64_t>(shard.in_flight.size());
    shard.in_flight.clear();
    if (shard.channel.empty()) return arm(s);
    take(s);
  }

  VirtualLoop& loop_;
  const Case& case_;
  Trace& trace_;
  Instant started_;
  std::deque<Sample> wal_;
  std::vector<Shard> shards_;
  bool reading_ = false;
  Duration pause_ = ms(5);
  int64_t retries_ = 0;
  int64_t pending_ = 0;
};

// Runs `commit(slice)` at the case's times and `gauges()` before each.
template <class Commit, class Observe>
void play(VirtualLoop& loop, const Case& c, Trace& trace, Commit commit, Observe gauges) {
  for (const auto& [at, slice] : c.commits) {
    loop.run_until(kVirtualStart + at);
    trace.gauges.push_back(gauges());
    commit(slice);
  }
  loop.run_for(s(120));
  trace.gauges.push_back(gauges());
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
  RemoteWriteConfig config;
  config.url = "http://central:9090/api/v1/write";
  config.queue_config = c.queue;
  transport.answer = [&](const FakeTransport::Sent& sent) {
    Samples samples;
    for (const wire::WriteSlice& part : sent.slices()) {
      const Samples more = samples_of(part.slice);
      samples.insert(samples.end(), more.begin(), more.end());
    }
    const uint64_t shard = samples.at(0).ref % static_cast<uint64_t>(c.queue.min_shards);
    std::vector<Sent>& attempts = trace.by_shard[shard];
    attempts.push_back({sent.at, std::move(samples)});
    return c.answer(shard, attempts.size() - 1);
  };
  QueueManager manager({loop, transport, source, labels, observer}, config,
                       *release_profile(c.release), [](int64_t n) { return n; });
  play(
      loop, c, trace,
      [&](const Slice& slice) {
        source.slices.push_back(slice);
        manager.notify();
      },
      [&] {
        return Gauges{manager.stats().enqueue_retries_total, manager.stats().samples_pending};
      });
  return trace;
}

TEST(QueueModel, SenderDoesWhatTheSampleBySampleOriginalDoes) {
  int64_t waits = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Case c(seed);
    const Trace expected = run_model(c);
    const Trace seen = run_sender(c);
    ASSERT_EQ(seen.gauges, expected.gauges);
    ASSERT_EQ(seen.by_shard, expected.by_shard);
    EXPECT_EQ(seen.gauges.back().samples_pending, 0);
    waits += seen.gauges.back().enqueue_retries;
  }
  EXPECT_GT(waits, 100) << "the cases hardly make the reader wait";
}

TEST(QueueModel, SeriesStayInOrder) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::map<uint64_t, int64_t> last;  // timestamps descend from commit to commit in these cases
    for (const auto& [shard, attempts] : run_sender(Case(seed)).by_shard) {
      const Samples* previous = nullptr;
      for (const Sent& sent : attempts) {
        if (previous != nullptr && *previous == sent.samples) continue;  // a retry
        previous = &sent.samples;
        for (const Sample& sample : sent.samples) {
          const auto [entry, first] = last.try_emplace(sample.ref, sample.timestamp_ms);
          EXPECT_LE(sample.timestamp_ms, entry->second) << "ref " << sample.ref;
          entry->second = sample.timestamp_ms;
        }
      }
    }
  }
}

}  // namespace
}  // namespace pushpull
