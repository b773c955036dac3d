// Plays the timeline of a run: what each fault means is said once, here; how it is done is an
// engine's.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/loop/event_loop.h"
#include "harness/net/link_answer.h"
#include "harness/prometheus/slow_receiver.h"
#include "harness/run/link_weather.h"
#include "harness/run/run_outcome.h"
#include "harness/scenario/scenario.h"

namespace pushpull {

// Loop thread only.
class FaultPlayer {
 public:
  virtual ~FaultPlayer() = default;
  FaultPlayer(const FaultPlayer&) = delete;  // events point to it
  FaultPlayer& operator=(const FaultPlayer&) = delete;

  // Faults begin and end on `loop` from now on. It and the timeline outlive the player.
  void schedule(EventLoop& loop, const std::vector<Fault>& timeline, Instant measure_begin);
  // As they really were; what has not ended by `end` of the run ends then.
  std::vector<FaultSpan> spans(Instant end) const;

 protected:
  explicit FaultPlayer(const Variant& variant) : weather_(variant.remote_write.has_value()) {}

  // To be called when a process that start() asked for runs: the fault ends now, and what stands at
  // the role is told again, since the process knows nothing of what the one before was told.
  void began(ServerRole role, const std::string& fault);

 private:
  // What an engine can do, and undo.
  virtual void set_link(LinkState state) = 0;
  virtual void reset_link() = 0;
  virtual void disturb_link(Direction direction, const Disturbance& disturbance) = 0;
  virtual void answer_at_link(const std::optional<LinkAnswer>& answer) = 0;
  virtual void slow_central(const Slowness& slowness) = 0;
  virtual void set_targets_down(double share) = 0;  // 0: all are up
  // All servers of the role. A process may begin later than asked for: once the last has gone.
  virtual void stop(ServerRole role) = 0;
  virtual void start(ServerRole role, const std::string& fault) = 0;
  virtual void pause(ServerRole role) = 0;  // again where it is paused already: no change
  virtual void resume(ServerRole role) = 0;

  void begin(const Fault& fault);
  void end(const Fault& fault);
  void ended(const std::string& fault);
  void disturb_link();

  EventLoop* loop_ = nullptr;
  LinkWeather weather_;
  // What stands at processes.
  std::optional<Slowness> slowness_;
  std::set<ServerRole> paused_;
  // Open ones end at Instant::max().
  std::vector<FaultSpan> spans_;
};

}  // namespace pushpull
