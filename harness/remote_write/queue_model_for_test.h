// Prometheus's sender, one sample at a time: what queue_model_test.cc holds ours against.
#pragma once

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/random.h"
#include "harness/remote_write/queue_manager.h"
#include "harness/remote_write/test_fakes.h"

namespace pushpull::queue_model {

struct Sample {
  uint64_t ref;
  int64_t timestamp_ms;
  auto operator<=>(const Sample&) const = default;
};
using Samples = std::vector<Sample>;

inline Samples samples_of(const Slice& slice) {
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
  int64_t shards;
  double shards_desired;
  int64_t samples_too_old;
  bool operator==(const Gauges&) const = default;
};

// A shard, whichever time there are so many.
struct Place {
  // Of requests of which everything was too old: nothing says whose they are.
  static constexpr uint64_t kAny = ~uint64_t{0};
  uint64_t shards;
  uint64_t shard;
  auto operator<=>(const Place&) const = default;
};

struct Trace {
  std::map<Place, std::vector<Sent>> attempts;
  std::vector<Gauges> gauges;  // just before each commit, and at the end
  Samples flushed;             // given up when a resharding took too long; sorted
  Samples too_old;             // dropped for their age; sorted
};

// One random case. Times of commits and answers have odd nanoseconds, so that no two events
// coincide. Odd seeds are slow: commits and answers take seconds, so that shards must be changed.
struct Case {
  QueueConfig queue;
  const char* release;
  Duration flush_deadline;
  std::vector<std::pair<Duration, Slice>> commits;  // ascending
  uint64_t seed;

  explicit Case(uint64_t s);
  bool old_release() const { return std::string_view(release) == "2.42"; }
  bool slow() const { return seed % 2 == 1; }
  FakeTransport::Answer answer(const Place& place, size_t attempt, Instant at) const;
};

inline std::shared_ptr<const Layout> random_layout(Random& random) {
  const auto size = static_cast<uint32_t>(1 + random.below(60));
  if (random.below(2) == 0) return layout_of(size, random.below(1000));
  std::set<uint64_t> refs;
  while (refs.size() < size) refs.insert(random.below(200));
  std::vector<uint64_t> shuffled(refs.begin(), refs.end());
  std::reverse(shuffled.begin(), shuffled.begin() + static_cast<ptrdiff_t>(random.below(size + 1)));
  return std::make_shared<const Layout>(std::move(shuffled));
}

// A record, or a part of one, or one shard of some other sharding.
inline Slice random_slice(Random& random, const RecordPtr& record) {
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

inline Case::Case(uint64_t s) : seed(s) {
  Random random(seed, "queue_model");
  const auto between = [&](int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random.below(static_cast<uint64_t>(high - low + 1)));
  };
  queue.capacity = between(1, 60);
  queue.max_samples_per_send = between(1, 20);
  queue.min_shards = between(1, 5);
  queue.max_shards = queue.min_shards + between(0, 12);
  queue.batch_send_deadline = ms(between(20, 400));
  queue.min_backoff = ms(between(1, 20));
  queue.max_backoff = ms(between(20, 100));
  release = random.below(2) == 0 ? "2.42" : "3.5";
  flush_deadline = Duration::nanoseconds(between(50'000'000, 3'000'000'000));
  if (random.below(2) == 0) queue.sample_age_limit = ms(between(20, 1000)) * (slow() ? 50 : 1);
  std::vector<std::shared_ptr<const Layout>> layouts;
  layouts.reserve(3);
  for (int i = 0; i < 3; ++i) layouts.push_back(random_layout(random));
  Duration at;
  for (int64_t i = between(5, 40); i > 0; --i) {
    at += Duration::nanoseconds(between(1, 40'000'000)) * (slow() ? 50 : 1);
    auto record = std::make_shared<Record>();
    record->layout = layouts[random.below(layouts.size())];
    record->timestamp_ms = (kVirtualStart + at).unix_ms();
    if (queue.sample_age_limit > Duration() && random.below(3) == 0) {
      const int64_t spread = 1 + queue.sample_age_limit.ms() * 3 / 2;
      for (uint32_t p = 0; p < record->layout->size(); ++p)
        record->timestamps.push_back(record->timestamp_ms - between(0, spread));
    }
    const Slice slice = random_slice(random, record);
    if (slice.count > 0) commits.emplace_back(at, slice);
  }
}

inline FakeTransport::Answer Case::answer(const Place& place, size_t attempt, Instant at) const {
  // Shards that send nothing at the same time may do so in any order.
  if (place.shard == Place::kAny) attempt = static_cast<size_t>(at.unix_ns());
  Random random(seed, "answer " + std::to_string(place.shards) + " " + std::to_string(place.shard) +
                          " " + std::to_string(attempt));
  const uint64_t dice = random.below(20);
  const auto latency = Duration::nanoseconds(static_cast<int64_t>(1 + random.below(60'000'000)));
  return {dice < 3 ? 503 : dice == 3 ? 400 : 204, latency * (slow() ? 60 : 1)};
}

// ewma.go.
struct Rate {
  double events = 0;
  double value = 0;
  bool begun = false;

  void tick() {
    const double now = events / 10;
    if (begun) value += 0.2 * (now - value);
    if (!begun && events > 0) value = now;
    begun = begun || events > 0;
    events = 0;
  }
};

// The original: one sample at a time.
class Model {
 public:
  Model(VirtualLoop& loop, const Case& c, Trace& trace)
      : loop_(loop), case_(c), trace_(trace), started_(loop.now()), wanted_(c.queue.min_shards) {
    desired_ = static_cast<double>(wanted_);
    loop_.schedule_after(s(10), [this] { tick(); });
    start_shards();
  }

  void commit(const Slice& slice) {
    ++commits_;
    for (const Sample& sample : samples_of(slice)) {
      wal_.push_back({sample, commits_});
      ++in_.events;
      newest_in_ = std::max(newest_in_, sample.timestamp_ms);
    }
    if (reading_) return;
    reading_ = true;
    Instant when = loop_.now();
    if (case_.old_release()) {
      const int64_t polls = (when - started_ + ms(10) - Duration::nanoseconds(1)) / ms(10);
      when = started_ + ms(10) * polls;
    }
    loop_.schedule_at(when, [this] { read(); });
  }

  Gauges gauges() const {
    return {retries_, pending_, static_cast<int64_t>(shards_.size()), desired_, too_old_};
  }

 private:
  struct Logged {
    Sample sample;
    int64_t commit;
  };
  struct Shard {
    std::deque<Samples> channel;
    Samples partial;
    Samples taken;      // the batch in flight, all of it
    Samples in_flight;  // what is not too old of it
    Instant begun;
    Duration backoff;
    TimerId timer = 0;
    bool flushed = false;
  };

  // What is scheduled for shards is void when others have taken their place.
  template <class F>
  TimerId later(Duration delay, F f) {
    return loop_.schedule_after(delay, [this, f, epoch = epoch_] {
      if (epoch == epoch_) f();
    });
  }

  bool limited() const { return case_.queue.sample_age_limit > Duration(); }
  bool older_than_allowed(const Sample& sample, Instant now) const {
    const Instant at = Instant::from_unix_ms(sample.timestamp_ms);
    return limited() && at < now - case_.queue.sample_age_limit;
  }

  // Append() looks at the clock once per commit.
  void skip_too_old() {
    for (; !wal_.empty(); wal_.pop_front()) {
      const auto& [sample, commit] = wal_.front();
      if (std::exchange(appending_, commit) != commit) append_began_ = loop_.now();
      if (!older_than_allowed(sample, append_began_)) return;
      ++too_old_;
      trace_.too_old.push_back(sample);
    }
  }

  void read() {
    skip_too_old();
    if (stopping_ && !wal_.empty()) {
      blocked_ = true;
      return;
    }
    while (!wal_.empty()) {
      if (!enqueue(wal_.front().sample)) return wait();
      wal_.pop_front();
      skip_too_old();
      pause_ = ms(5);
    }
    reading_ = false;
  }

  void wait() {
    ++retries_;
    loop_.schedule_after(pause_, [this] { read(); });
    pause_ = std::min(pause_ * 2, case_.queue.max_backoff);
  }

  size_t slots() const {
    return static_cast<size_t>(
        std::max<int64_t>(1, case_.queue.capacity / case_.queue.max_samples_per_send));
  }

  bool enqueue(const Sample& sample) {
    const size_t s = sample.ref % shards_.size();
    Shard& shard = shards_[s];
    const auto full = static_cast<size_t>(case_.queue.max_samples_per_send);
    if (shard.partial.size() + 1 == full && shard.channel.size() == slots()) return false;
    shard.partial.push_back(sample);
    ++pending_;
    if (shard.partial.size() < full) return true;
    shard.channel.push_back(std::exchange(shard.partial, {}));
    if (shard.taken.empty()) take(s);
    return true;
  }

  void take(size_t s) {
    Shard& shard = shards_[s];
    loop_.cancel(shard.timer);
    if (shard.channel.empty()) {
      shard.taken = std::exchange(shard.partial, {});
    } else {
      shard.taken = shard.channel.front();
      shard.channel.pop_front();
    }
    if (shard.taken.empty()) return arm(s);
    shard.in_flight = shard.taken;
    shard.backoff = case_.queue.min_backoff;
    shard.begun = loop_.now();
    attempt(s);
  }

  void arm(size_t s) {
    shards_[s].timer = later(case_.queue.batch_send_deadline, [this, s] { take(s); });
  }

  static Sample oldest_of(const Samples& samples) {
    Sample oldest{0, std::numeric_limits<int64_t>::max()};
    for (const Sample& sample : samples) {
      if (sample.timestamp_ms < oldest.timestamp_ms) oldest = sample;
    }
    return oldest;
  }

  // Each rebuild counts all that it leaves out.
  void rebuild(Shard& shard) {
    const Instant now = loop_.now();
    const Sample oldest = oldest_of(shard.in_flight);
    if (oldest.timestamp_ms == std::numeric_limits<int64_t>::max()) return;
    if (!older_than_allowed(oldest, now)) return;
    Samples kept;
    for (const Sample& sample : shard.in_flight) {
      (older_than_allowed(sample, now) ? trace_.too_old : kept).push_back(sample);
    }
    shard.in_flight = kept;
    too_old_ += static_cast<int64_t>(shard.taken.size() - kept.size());
  }

  void attempt(size_t s) {
    rebuild(shards_[s]);
    const Place place{shards_.size(), shards_[s].in_flight.empty() ? Place::kAny : s};
    std::vector<Sent>& attempts = trace_.attempts[place];
    attempts.push_back({loop_.now(), shards_[s].in_flight});
    const FakeTransport::Answer answer = case_.answer(place, attempts.size() - 1, loop_.now());
    later(answer.latency,
          [this, s, retry = answer.status == 503] { retry ? pause(s) : resolve(s); });
  }

  void pause(size_t s) {
    Shard& shard = shards_[s];
    no_reshard_before_ = std::max(no_reshard_before_, seconds(loop_.now() + shard.backoff * 2));
    later(shard.backoff, [this, s] { attempt(s); });
    shard.backoff = std::min(shard.backoff * 2, case_.queue.max_backoff);
  }

  void resolve(size_t s) {
    for (const Sample& sample : shards_[s].taken) {
      newest_out_ = std::max(newest_out_, sample.timestamp_ms);
    }
    finish(s);
    next(s);
  }

  void finish(size_t s) {
    Shard& shard = shards_[s];
    out_.events += static_cast<double>(shard.taken.size());
    send_time_.events += static_cast<double>((loop_.now() - shard.begun).ns());
    last_send_ = seconds(loop_.now());
    pending_ -= static_cast<int64_t>(shard.taken.size());
    shard.taken.clear();
  }

  void next(size_t s) {
    if (!shards_[s].channel.empty()) return take(s);
    if (!shards_[s].flushed) return arm(s);
    loop_.cancel(shards_[s].timer);
    if (--running_ == 0) {
      ++epoch_;
      later(Duration(), [this] { start_others(); });
    }
  }

  static int64_t seconds(Instant t) { return t.unix_ns() / 1'000'000'000; }

  void tick() {
    loop_.schedule_after(s(10), [this] { tick(); });
    for (Rate* rate : {&in_, &out_, &send_time_}) rate->tick();
    const int64_t number = decide();
    const Duration threshold = case_.old_release() ? case_.queue.batch_send_deadline * 2 : s(10);
    if (number == wanted_ || last_send_ < seconds(loop_.now() - threshold)) return;
    if (!case_.old_release() && seconds(loop_.now()) < no_reshard_before_) return;
    if (stopping_) return;
    wanted_ = number;
    stop_shards();
  }

  int64_t decide() {
    if (out_.value <= 0) return wanted_;
    const auto delay = static_cast<double>(newest_in_ / 1000 - newest_out_ / 1000);
    desired_ = send_time_.value / 1e9 / out_.value * (in_.value + 0.05 * (delay * in_.value));
    const auto now = static_cast<double>(wanted_);
    const double number = std::ceil(desired_);
    if (0.7 * now <= number && number <= 1.3 * now) return wanted_;
    if (number < now && delay > 10) return wanted_;
    if (number > static_cast<double>(case_.queue.max_shards)) return case_.queue.max_shards;
    return std::max(static_cast<int64_t>(number), case_.queue.min_shards);
  }

  void stop_shards() {
    stopping_ = true;
    running_ = shards_.size();
    later(case_.flush_deadline, [this] { cut_off(); });
    for (size_t s = 0; s < shards_.size(); ++s) flush(s);
  }

  void flush(size_t s) {
    Shard& shard = shards_[s];
    if (!shard.partial.empty() && shard.channel.size() == slots()) {
      later(::pushpull::s(1), [this, s] { flush(s); });
      return;
    }
    if (!shard.partial.empty()) shard.channel.push_back(std::exchange(shard.partial, {}));
    shard.flushed = true;
    if (shard.taken.empty()) next(s);
  }

  void cut_off() {
    ++epoch_;
    const auto lose = [this](const Samples& samples) {
      trace_.flushed.insert(trace_.flushed.end(), samples.begin(), samples.end());
    };
    for (size_t s = 0; s < shards_.size(); ++s) {
      Shard& shard = shards_[s];
      if (!shard.taken.empty()) {
        lose(shard.in_flight);
        finish(s);
      }
      for (const Samples& batch : shard.channel) lose(batch);
      lose(shard.partial);
    }
    start_others();
  }

  void start_others() {
    pending_ = 0;
    stopping_ = false;
    start_shards();
    if (std::exchange(blocked_, false)) wait();
  }

  void start_shards() {
    ++epoch_;
    shards_.assign(static_cast<size_t>(wanted_), {});
    for (size_t s = 0; s < shards_.size(); ++s) arm(s);
  }

  VirtualLoop& loop_;
  const Case& case_;
  Trace& trace_;
  Instant started_;
  std::deque<Logged> wal_;
  int64_t commits_ = 0;
  int64_t appending_ = 0;
  Instant append_began_;
  int64_t too_old_ = 0;
  std::vector<Shard> shards_;
  bool reading_ = false;
  bool blocked_ = false;
  Duration pause_ = ms(5);
  int64_t retries_ = 0;
  int64_t pending_ = 0;

  int64_t wanted_;  // shards, or those that follow
  double desired_ = 0;
  Rate in_, out_, send_time_;
  int64_t newest_in_ = 0;
  int64_t newest_out_ = 0;
  int64_t last_send_ = 0;
  int64_t no_reshard_before_ = 0;
  bool stopping_ = false;
  size_t running_ = 0;
  uint64_t epoch_ = 0;
};

}  // namespace pushpull::queue_model
