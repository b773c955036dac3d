// Several destinations of one server have nothing to do with each other.
#include <gtest/gtest.h>

#include <map>

#include "harness/loop/virtual_loop.h"
#include "harness/measure/null_observer.h"
#include "harness/prometheus/sample_storage.h"
#include "harness/prometheus/server.h"
#include "harness/remote_write/write_payload.h"

namespace pushpull {
namespace {

const Instant kStart = Instant::from_unix_ms(1'767'225'600'000);
constexpr Duration kRun = Duration::minutes(5);

// A sample at a destination.
struct Arrived {
  uint64_t ref;
  int64_t timestamp_ms;
  Instant at;
  auto operator<=>(const Arrived&) const = default;
};

// Scrapes find 40 series; destinations answer after 20 ms, one of them with 503 in the second
// minute where it is in trouble.
class Web : public Transport {
 public:
  Web(EventLoop& loop, std::string in_trouble) : loop_(loop), in_trouble_(std::move(in_trouble)) {}
  void send(const std::string& endpoint, Request request, Duration /*timeout*/, Decoder decode,
            Work::Kind /*decode_work*/, Done done) override {
    auto exchange = std::make_shared<Exchange>();
    exchange->response.status = 200;
    if (request.method == "GET") {
      exchange->response.headers = {{"Content-Type", "text/plain; version=0.0.4"}};
      exchange->response.body.payload = decode(exchange->response.headers, page()).value();
    } else {
      exchange->response.status = answer(endpoint, request);
    }
    loop_.schedule_after(Duration::milliseconds(20),
                         [exchange, done = std::move(done)] { done(std::move(*exchange)); });
  }

  std::map<std::string, std::vector<Arrived>> arrived;  // by endpoint

 private:
  std::string page() {
    std::string text;
    ++scrapes_;
    for (int i = 0; i < 40; ++i) {
      text += "m{i=\"" + std::to_string(i) + "\"} " + std::to_string(scrapes_ + i) + "\n";
    }
    return text;
  }
  int answer(const std::string& endpoint, const Request& request) {
    const Duration since = loop_.now() - kStart;
    if (endpoint == in_trouble_ && since >= Duration::minutes(1) && since < Duration::minutes(2))
      return 503;
    const auto* write = dynamic_cast<const WritePayload*>(request.body.payload.get());
    for (const wire::WriteSlice& part : write->slices()) {
      for (uint32_t i = 0; i < part.slice.count; ++i) {
        const uint32_t position = part.slice.position(i);
        arrived[endpoint].push_back({part.slice.record->layout->ref(position),
                                     part.slice.record->timestamp(position), loop_.now()});
      }
    }
    return 204;
  }

  EventLoop& loop_;
  std::string in_trouble_;
  int scrapes_ = 0;
};

std::map<std::string, std::vector<Arrived>> play(const std::string& in_trouble) {
  VirtualLoop loop(kStart);
  Web web(loop, in_trouble);
  ServerOptions options;
  options.profile = release_profile("3.5").value();
  ScrapeTarget target;
  target.endpoint = "targets:1";
  target.path = "/metrics";
  target.interval = target.timeout = Duration::seconds(1);
  options.targets.push_back(target);
  for (const char* name : {"a", "b", "c"}) {
    RemoteWriteConfig config = remote_write_defaults(options.profile);
    config.url = "http://" + std::string(name) + ":9090/api/v1/write";
    config.queue_config.max_samples_per_send = 15;
    config.queue_config.capacity = 60;
    config.metadata_config.send = false;
    options.remote_write.push_back(std::move(config));
  }
  SampleStorage storage(options.external_labels, options.profile);
  NullObserver observer;
  Server server(loop, web, storage, observer, std::move(options));
  loop.run_until(kStart + kRun);
  return web.arrived;
}

TEST(Destinations, OneInTroubleCostsTheOthersNothing) {
  const auto calm = play("");
  const auto troubled = play("a:9090");
  // Not a sample, and not a microsecond.
  EXPECT_EQ(troubled.at("b:9090"), calm.at("b:9090"));
  EXPECT_EQ(troubled.at("c:9090"), calm.at("c:9090"));

  // The one in trouble has everything in the end, each series in order, a minute late at worst.
  const std::vector<Arrived>& late = troubled.at("a:9090");
  EXPECT_EQ(late.size(), calm.at("a:9090").size());
  std::map<uint64_t, int64_t> newest;
  Duration worst;
  for (const Arrived& sample : late) {
    EXPECT_LT(newest[sample.ref], sample.timestamp_ms);
    newest[sample.ref] = sample.timestamp_ms;
    worst = std::max(worst, sample.at - Instant::from_unix_ms(sample.timestamp_ms));
  }
  EXPECT_GT(worst, Duration::seconds(50));
  EXPECT_LT(worst, Duration::seconds(70));
}

}  // namespace
}  // namespace pushpull
