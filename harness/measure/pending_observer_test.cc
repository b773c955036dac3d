#include "harness/measure/pending_observer.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

// Counts what comes through.
class Counting : public Observer {
 public:
  void scraped(const Slice& /*slice*/) override { ++calls; }
  void scrape_failed(std::string_view /*path*/, Instant /*intended*/,
                     std::string_view /*why*/) override {
    ++calls;
  }
  void acknowledged(const Slice& /*slice*/, Instant /*at*/) override { ++calls; }
  void dropped(const Slice& /*slice*/, LossCause /*cause*/) override { ++drops; }
  void received(const Slice& /*slice*/, Fate /*fate*/, Instant /*visible*/) override { ++calls; }
  void received(std::span<const ForeignSample> /*samples*/, Instant /*visible*/) override {
    ++calls;
  }
  void federated(std::string_view /*endpoint*/, Instant /*intended*/, bool /*ok*/) override {
    ++calls;
  }

  int calls = 0;
  int drops = 0;
};

TEST(PendingObserver, AfterTheEndWhatIsGivenUpIsPending) {
  Counting inner;
  int pending = 0;
  PendingObserver observer(inner, [&pending](const Slice&) { ++pending; });
  observer.dropped({}, LossCause::kRejected);
  observer.run_ended();
  observer.dropped({}, LossCause::kRestart);
  EXPECT_EQ(inner.drops, 1);
  EXPECT_EQ(pending, 1);
}

TEST(PendingObserver, EverythingElsePasses) {
  Counting inner;
  PendingObserver observer(inner, nullptr);
  observer.run_ended();
  observer.scraped(Slice());
  observer.scrape_failed("", Instant(), "");
  observer.acknowledged(Slice(), Instant());
  observer.received(Slice(), Fate::kStored, Instant());
  observer.received(std::span<const Observer::ForeignSample>(), Instant());
  observer.federated("", Instant(), true);
  EXPECT_EQ(inner.calls, 6);
}

}  // namespace
}  // namespace pushpull
