#include "harness/scrape/scrape_loop.h"

#include <gtest/gtest.h>

#include "harness/loop/pausable_loop.h"
#include "harness/loop/virtual_loop.h"

namespace pushpull {
namespace {

const Instant kStart = Instant::from_unix_ms(1'767'225'600'000);

class EmptyExposition : public Payload {
 public:
  Result<std::string> encode() const override { return std::string(); }
  int64_t wire_size() const override { return 0; }
  int64_t samples() const override { return 0; }
};

// Answers each request after a delay taken from a script (the last entry repeats).
class ScriptedTransport : public Transport {
 public:
  explicit ScriptedTransport(EventLoop& loop) : loop_(loop) {}
  void send(const std::string& /*endpoint*/, Request request, Duration /*timeout*/,
            Decoder /*decode*/, Work::Kind /*decode_work*/, Done done) override {
    requests.push_back(std::move(request));
    starts.push_back(loop_.now());
    const Duration delay = delays[std::min(starts.size(), delays.size()) - 1];
    Exchange* exchange = new Exchange(answer);
    loop_.schedule_after(delay, [done = std::make_shared<Done>(std::move(done)), exchange] {
      (*done)(std::move(*exchange));
      delete exchange;
    });
  }

  std::vector<Duration> delays = {Duration::milliseconds(10)};
  Exchange answer;
  std::vector<Request> requests;
  std::vector<Instant> starts;

 private:
  EventLoop& loop_;
};

class ScrapeLoopTest : public testing::Test {
 protected:
  void SetUp() override {
    transport_.answer.response.headers = {{"Content-Type", "text/plain; version=0.0.4"}};
    transport_.answer.response.body.payload = std::make_shared<EmptyExposition>();
  }
  ScrapeLoop scrape_on(EventLoop& loop) {
    ScrapeTarget target;
    target.endpoint = "a:1";
    target.path = "/metrics";
    target.interval = Duration::seconds(5);
    target.timeout = Duration::seconds(4);
    return {loop,
            transport_,
            target,
            Duration::milliseconds(1234),
            "Prometheus/3.5.0",
            true,
            nullptr,
            [this](ScrapeResult r) { results_.push_back(std::move(r)); }};
  }
  void run(Duration time) {
    const ScrapeLoop scrape = scrape_on(loop_);
    loop_.run_until(loop_.now() + time);
  }

  VirtualLoop loop_{kStart};
  ScriptedTransport transport_{loop_};
  std::vector<ScrapeResult> results_;
};

TEST_F(ScrapeLoopTest, ScrapesOnItsGrid) {
  run(Duration::seconds(20));
  ASSERT_EQ(results_.size(), 4u);
  for (size_t i = 0; i < results_.size(); ++i) {
    EXPECT_EQ(results_[i].intended, transport_.starts[i]);
    EXPECT_EQ(results_[i].timestamp_ms, transport_.starts[i].unix_ms());
    EXPECT_EQ(results_[i].duration, Duration::milliseconds(10));
    EXPECT_NE(results_[i].payload, nullptr);
    EXPECT_EQ((transport_.starts[i] - transport_.starts[0]).ns(),
              Duration::seconds(5).ns() * static_cast<int64_t>(i));
  }
}

TEST_F(ScrapeLoopTest, AnOverrunCostsTheMissedTicksButOne) {
  transport_.delays = {Duration::seconds(12), Duration::milliseconds(10)};
  run(Duration::seconds(25));
  const Instant first = transport_.starts[0];
  EXPECT_EQ(transport_.starts[1], first + Duration::seconds(12));  // the buffered tick
  EXPECT_EQ(transport_.starts[2], first + Duration::seconds(15));  // back on the grid
  EXPECT_EQ(results_[1].timestamp_ms, (first + Duration::seconds(12)).unix_ms());
  EXPECT_EQ(results_[1].intended, first + Duration::seconds(10));
}

// It slept through 10, 15, 20 and 25: one tick wakes it, and no second one is behind that.
TEST_F(ScrapeLoopTest, AStoppedProcessScrapesOnceWhenItGoesOn) {
  PausableLoop process(loop_);
  const ScrapeLoop scrape = scrape_on(process);
  loop_.run_for(Duration::seconds(5));
  const Instant first = transport_.starts.at(0);
  loop_.run_until(first + Duration::seconds(6));
  process.pause();
  loop_.run_until(first + Duration::seconds(27));
  process.resume();
  loop_.run_until(first + Duration::seconds(36));
  const auto after = [&](int64_t s) { return first + Duration::seconds(s); };
  EXPECT_EQ(transport_.starts,
            (std::vector<Instant>{first, after(5), after(27), after(30), after(35)}));
  EXPECT_EQ(results_.at(2).intended, after(25));
  EXPECT_EQ(results_.at(2).timestamp_ms, after(27).unix_ms());
}

TEST_F(ScrapeLoopTest, SaysWhatItIsAsPrometheusDoes) {
  run(Duration::seconds(5));
  const Headers& headers = transport_.requests.at(0).headers;
  EXPECT_EQ(headers.get("User-Agent"), "Prometheus/3.5.0");
  EXPECT_EQ(headers.get("Accept-Encoding"), "gzip");
  EXPECT_EQ(headers.get("X-Prometheus-Scrape-Timeout-Seconds"), "4");
}

TEST_F(ScrapeLoopTest, AnythingBut200Fails) {
  transport_.answer.response.status = 503;
  run(Duration::seconds(5));
  EXPECT_EQ(results_.at(0).payload, nullptr);
  EXPECT_EQ(results_.at(0).error, "server returned HTTP status 503");
}

TEST_F(ScrapeLoopTest, AForeignContentTypeFailsAsIn3x) {
  transport_.answer.response.headers = {{"Content-Type", "text/html"}};
  run(Duration::seconds(5));
  EXPECT_EQ(results_.at(0).payload, nullptr);
}

TEST_F(ScrapeLoopTest, AFailedExchangeFailsWithItsReason) {
  transport_.answer.failed = true;
  transport_.answer.error = {SendError::Kind::kTimeout, "context deadline exceeded"};
  run(Duration::seconds(5));
  EXPECT_EQ(results_.at(0).error, "context deadline exceeded");
}

TEST(ExpositionType, TakesTheThreeMediaTypes) {
  EXPECT_TRUE(is_exposition_type("text/plain; version=0.0.4; charset=utf-8"));
  EXPECT_TRUE(is_exposition_type("application/openmetrics-text;version=1.0.0"));
  EXPECT_FALSE(is_exposition_type("text/html"));
  EXPECT_FALSE(is_exposition_type(""));
}

}  // namespace
}  // namespace pushpull
