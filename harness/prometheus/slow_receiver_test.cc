#include "harness/prometheus/slow_receiver.h"

#include <gtest/gtest.h>

#include <vector>

#include "harness/loop/virtual_loop.h"

namespace pushpull {
namespace {

constexpr Duration kMs = Duration::milliseconds(1);
constexpr Slowness kSlow{kMs * 50, Duration::microseconds(10)};  // 1000 samples: 60 ms

class Samples : public Payload {
 public:
  explicit Samples(int64_t samples) : samples_(samples) {}
  Result<std::string> encode() const override { return Error{"never sent"}; }
  int64_t wire_size() const override { return 0; }
  int64_t samples() const override { return samples_; }

 private:
  int64_t samples_;
};

// Both ends at once: whatever is sent is answered at once with 1000 samples, and whatever arrives.
struct World : Transport, Service {
  void send(const std::string& /*endpoint*/, Request /*request*/, Duration /*timeout*/,
            Decoder /*decode*/, Work::Kind /*work*/, Done done) override {
    Exchange exchange;
    exchange.failed = fails;
    exchange.response.body.payload = std::make_shared<Samples>(1'000);
    done(std::move(exchange));
  }
  Decoder decoder(const Request& /*request*/) const override { return {}; }
  Work receive_work(const Request& /*request*/) const override { return {}; }
  void handle(Arrival /*arrival*/, Respond respond) override { respond({}); }

  Duration since_start() const { return loop.now() - kVirtualStart; }
  void fetch(SlowTransport& transport) {
    transport.send("leaf:9090", {}, Duration::seconds(10), {}, Work::Kind::kFederateParse,
                   [this](const Exchange&) { done_at.push_back(since_start()); });
  }
  void ask(SlowService& service, const std::string& path) {
    Arrival arrival;
    arrival.request.path = path;
    arrival.request.body.payload = std::make_shared<Samples>(1'000);
    service.handle(std::move(arrival),
                   [this](const Response&) { done_at.push_back(since_start()); });
  }

  VirtualLoop loop;
  bool fails = false;
  std::vector<Duration> done_at;
};
using Times = std::vector<Duration>;

TEST(SlowReceiver, TakesLongerOverEachRequestAndEachSample) {
  World world;
  SlowService service(world.loop, world);
  world.ask(service, "/api/v1/write");
  EXPECT_EQ(world.done_at, Times{Duration()});  // not slow yet
  service.be(kSlow);
  world.ask(service, "/api/v1/write");
  world.ask(service, "/api/v1/write");  // side by side
  world.ask(service, "/federate");      // others do not suffer
  EXPECT_EQ(world.done_at, (Times{Duration(), Duration()}));
  world.loop.run_for(Duration::seconds(1));
  EXPECT_EQ(world.done_at, (Times{Duration(), Duration(), kMs * 60, kMs * 60}));
}

TEST(SlowReceiver, TakesLongerOverWhatItFetches) {
  World world;
  SlowTransport transport(world.loop, world);
  world.fetch(transport);
  transport.be(kSlow);
  world.fetch(transport);
  world.loop.run_for(Duration::seconds(1));
  EXPECT_EQ(world.done_at, (Times{Duration(), kMs * 60}));
  // Nothing was received, so there is nothing to be slow over.
  world.fails = true;
  world.fetch(transport);
  EXPECT_EQ(world.done_at.back(), Duration::seconds(1));
  transport.be({});
  world.fails = false;
  world.fetch(transport);
  EXPECT_EQ(world.done_at.size(), 4u);
}

TEST(SlowReceiver, ForgetsWhatItHoldsWhenItsProcessEnds) {
  World world;
  {
    SlowTransport transport(world.loop, world);
    SlowService service(world.loop, world);
    transport.be(kSlow);
    service.be(kSlow);
    world.fetch(transport);
    world.ask(service, "/api/v1/write");
  }
  world.loop.run_for(Duration::seconds(1));
  EXPECT_EQ(world.done_at, Times());
}

}  // namespace
}  // namespace pushpull
