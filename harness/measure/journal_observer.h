// The observer of a loopback role: writes what a leaf or a central tells into the role's journal.
// An entry is with the operating system when the call that told it returns.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "harness/measure/journal.h"
#include "harness/measure/observer.h"
#include "harness/measure/sample_resolver.h"

namespace pushpull {

class JournalObserver : public Observer {
 public:
  // Which target of the workload a layout's scrapes come from; nothing for any other target, which
  // is then not journaled.
  using TargetOf = std::function<std::optional<uint32_t>(const Layout& layout)>;

  // `journal` and `resolver` are not owned and outlive the observer. `resolver` is null in a role
  // that receives nothing.
  JournalObserver(JournalWriter& journal, TargetOf target_of, SampleResolver* resolver)
      : journal_(journal), target_of_(std::move(target_of)), resolver_(resolver) {}

  void scraped(const Slice& slice) override;
  void scrape_failed(std::string_view path, Instant intended, std::string_view why) override;
  // Written only after tell_acknowledged(): it is as much as the central's own journal.
  void acknowledged(const Slice& slice, Instant at) override;
  void tell_acknowledged() { tells_acknowledged_ = true; }
  void dropped(const Slice& slice, LossCause cause) override;
  // Slices are received in virtual worlds only.
  void received(const Slice& slice, Fate fate, Instant visible) override;
  void received(std::span<const ForeignSample> samples, Instant visible) override;
  void federated(std::string_view endpoint, Instant intended, bool ok) override;
  // A sender still holds this at the end of the run.
  void pending(const Slice& slice);

 private:
  // A journal that cannot be written is logged once; the run's books will not balance.
  void flush();

  JournalWriter& journal_;
  TargetOf target_of_;
  SampleResolver* resolver_;
  int64_t rounded_ = 0;  // samples so far
  bool tells_acknowledged_ = false;
  bool failed_ = false;
};

}  // namespace pushpull
