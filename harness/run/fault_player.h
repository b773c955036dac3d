// Plays the timeline of a run: what each fault means is said once, here; how it is done is an
// engine's.
#pragma once

#include <optional>
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
  // As they really were; an end that has not come is the beginning.
  const std::vector<FaultSpan>& spans() const { return spans_; }

 protected:
  explicit FaultPlayer(const Variant& variant) : weather_(variant.remote_write.has_value()) {}

  // A fault that ends later than planned: a process that starts only once the last has gone.
  void ended_at(const std::string& fault, Instant when);

 private:
  // What an engine can do, and undo.
  virtual void set_link(LinkState state) = 0;
  virtual void reset_link() = 0;
  virtual void disturb_link(Direction direction, const Disturbance& disturbance) = 0;
  virtual void answer_at_link(const std::optional<LinkAnswer>& answer) = 0;
  virtual void slow_central(const Slowness& slowness) = 0;
  virtual void set_targets_down(double share) = 0;  // 0: all are up
  // All servers of the role.
  virtual void stop(ServerRole role) = 0;
  virtual void start(ServerRole role, const std::string& fault) = 0;
  virtual void pause(ServerRole role) = 0;
  virtual void resume(ServerRole role) = 0;

  void begin(const Fault& fault);
  void end(const Fault& fault);
  void disturb_link();

  EventLoop* loop_ = nullptr;
  LinkWeather weather_;
  std::vector<FaultSpan> spans_;
};

}  // namespace pushpull
