// One Prometheus of a virtual world: its host and data, which outlive its processes, and the
// process that runs now.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "harness/loop/pausable_loop.h"
#include "harness/net_sim/sim_transport.h"
#include "harness/prometheus/server.h"
#include "harness/prometheus/slice_storage.h"
#include "harness/prometheus/slow_receiver.h"
#include "harness/scenario/calibration.h"

namespace pushpull {

class VirtualServer {
 public:
  struct Setup {
    std::string name;                        // of the host
    std::string endpoint;                    // where it listens
    std::function<ServerOptions()> options;  // of each process
    SliceSizing sizing;
    bool pausable = false;  // whether pause() will ever be called
    bool slowable = false;  // whether be() will
  };

  // All references are borrowed and outlive it. Nothing runs yet.
  VirtualServer(EventLoop& loop, SimNetwork& network, const Calibration& calibration,
                Observer& observer, Setup setup);
  ~VirtualServer();
  VirtualServer(const VirtualServer&) = delete;
  VirtualServer& operator=(const VirtualServer&) = delete;

  // A process begins on the data there are; where the one before is still flushing, once it has
  // ended. `began` is told when it does.
  void start(std::function<void()> began = [] {});
  // As SIGTERM: the process flushes, refusing requests meanwhile, and ends.
  void stop();
  // As SIGSTOP and SIGCONT. Require: a pausable one.
  void pause();
  void resume();
  // Requires: a slowable one.
  void be(const Slowness& slowness);
  // As SIGKILL, for the end of a run: what is held is reported as lost to a restart.
  void abandon();

  SimHost& host() { return host_; }
  // Null while none runs.
  const Server* server() const { return process_ ? &process_->server : nullptr; }
  // Of all its processes.
  SentRequests sent() const;
  int64_t fetches() const;
  int64_t fetches_failed() const;

 private:
  struct Process {
    Process(EventLoop& loop, SimNetwork& network, SimHost& host, Storage& storage,
            Observer& observer, const Setup& setup);
    SimTransport transport;
    SlowTransport slow_transport;
    Server server;
    SlowService slow_service;
    Service& front;  // the server, or the slow service before it
  };

  EventLoop& loop() { return setup_.pausable ? pausable_ : outer_; }
  void begin();
  void ended();

  EventLoop& outer_;
  PausableLoop pausable_;
  SimNetwork& network_;
  Observer& observer_;
  const Setup setup_;
  SimHost host_;
  SliceStorage storage_;
  std::unique_ptr<Process> process_;
  bool stopping_ = false;  // process_ is flushing
  bool wanted_ = false;    // another shall follow it
  std::function<void()> began_;
  // Of processes that are gone.
  SentRequests sent_;
  int64_t fetches_ = 0;
  int64_t fetches_failed_ = 0;
};

}  // namespace pushpull
