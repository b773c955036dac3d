// The timer queue under every event of virtual time, at the sizes runs have: one host, ten thousand
// targets, a million.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "harness/base/random.h"
#include "harness/loop/timer_queue.h"
#include "harness/loop/virtual_loop.h"

namespace pushpull {
namespace {

constexpr uint64_t kSpreadNs = 15'000'000'000;  // a scrape interval

class Times {
 public:
  Instant after(Instant now) {
    return now + Duration::nanoseconds(static_cast<int64_t>(random_.below(kSpreadNs)));
  }

 private:
  Random random_{42, "loop_bench"};
};

void fill(TimerQueue& queue, Times& times, int64_t pending) {
  for (int64_t i = 0; i < pending; ++i) queue.add(times.after(kVirtualStart), [] {});
}

// The hold model: each event taken schedules one more.
void Hold(benchmark::State& state) {
  Times times;
  TimerQueue queue;
  fill(queue, times, state.range(0));
  for (auto _ : state) {
    TimerQueue::Due due = queue.pop();
    due.task();
    queue.add(times.after(due.when), std::move(due.task));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(Hold)->Arg(100)->Arg(10'000)->Arg(1'000'000);

// A timeout per request: scheduled far ahead, cancelled almost always.
void AddAndCancel(benchmark::State& state) {
  Times times;
  TimerQueue queue;
  fill(queue, times, state.range(0));
  for (auto _ : state) {
    queue.cancel(queue.add(times.after(kVirtualStart), [] {}));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(AddAndCancel)->Arg(100)->Arg(10'000)->Arg(1'000'000);

// The same through the loop, with tasks that schedule themselves again.
void VirtualLoopHold(benchmark::State& state) {
  struct Ticker {
    VirtualLoop& loop;
    Times& times;
    void tick() {
      loop.schedule_at(times.after(loop.now()), [this] { tick(); });
    }
  };
  VirtualLoop loop;
  Times times;
  std::vector<Ticker> tickers(static_cast<size_t>(state.range(0)), Ticker{loop, times});
  for (Ticker& ticker : tickers) ticker.tick();
  for (auto _ : state) loop.run_for(Duration::milliseconds(1));
  state.SetItemsProcessed(static_cast<int64_t>(loop.events()));
}
BENCHMARK(VirtualLoopHold)->Arg(100)->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace pushpull
