// For servers that nobody measures.
#pragma once

#include "harness/measure/observer.h"

namespace pushpull {

class NullObserver : public Observer {
 public:
  void scraped(const Slice& /*slice*/) override {}
  void scrape_failed(std::string_view /*path*/, Instant /*intended*/,
                     std::string_view /*why*/) override {}
  void dropped(const Slice& /*slice*/, LossCause /*cause*/) override {}
  void received(const Slice& /*slice*/, Fate /*fate*/, Instant /*visible*/) override {}
  void received(std::span<const ForeignSample> /*samples*/, Instant /*visible*/) override {}
  void federated(std::string_view /*endpoint*/, Instant /*intended*/, bool /*ok*/) override {}
};

}  // namespace pushpull
