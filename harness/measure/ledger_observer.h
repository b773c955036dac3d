// The observer of a virtual world: knows target and ordinal from the record itself.
#pragma once

#include "harness/measure/instrument.h"
#include "harness/measure/observer.h"

namespace pushpull {

class LedgerObserver : public Observer {
 public:
  // `instrument` is not owned and outlives the observer.
  explicit LedgerObserver(Instrument& instrument) : instrument_(instrument) {}

  void scraped(const Slice& slice) override;
  void scrape_failed(std::string_view path, Instant intended, std::string_view why) override;
  void dropped(const Slice& slice, LossCause cause) override;
  void received(const Slice& slice, Fate fate, Instant visible) override;
  // A virtual world has no foreign samples.
  void received(std::span<const ForeignSample> samples, Instant visible) override;
  void federated(std::string_view endpoint, Instant intended, bool ok) override;
  // A sender still holds this at the end of the run.
  void pending(const Slice& slice);

 private:
  Instrument& instrument_;
};

}  // namespace pushpull
