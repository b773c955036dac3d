// An observer in front of another that knows when the run has ended: what a sender gives up from
// then on was still on its way, so it is pending, not lost. Both engines put it between server and
// instrument.
#pragma once

#include <functional>

#include "harness/measure/observer.h"

namespace pushpull {

class PendingObserver : public Observer {
 public:
  using Pending = std::function<void(const Slice&)>;

  // `inner` is not owned and outlives this.
  PendingObserver(Observer& inner, Pending pending) : inner_(inner), pending_(std::move(pending)) {}
  void run_ended() { ended_ = true; }

  void scraped(const Slice& slice) override { inner_.scraped(slice); }
  void scrape_failed(std::string_view path, Instant intended, std::string_view why) override {
    inner_.scrape_failed(path, intended, why);
  }
  void acknowledged(const Slice& slice, Instant at) override { inner_.acknowledged(slice, at); }
  void dropped(const Slice& slice, LossCause cause) override {
    ended_ ? pending_(slice) : inner_.dropped(slice, cause);
  }
  void received(const Slice& slice, Fate fate, Instant visible) override {
    inner_.received(slice, fate, visible);
  }
  void received(std::span<const ForeignSample> samples, Instant visible) override {
    inner_.received(samples, visible);
  }
  void federated(std::string_view endpoint, Instant intended, bool ok) override {
    inner_.federated(endpoint, intended, ok);
  }

 private:
  Observer& inner_;
  Pending pending_;
  bool ended_ = false;
};

}  // namespace pushpull
