// Seven hours of churn over real bytes, without sockets and without waiting: storages, encoders,
// journals and their merging are those of a loopback run, the clock is virtual. Heads are cut
// several times meanwhile; every sample and every marker stays accounted for, and memory does not
// grow.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <map>

#include "harness/loop/virtual_loop.h"
#include "harness/measure/conservation.h"
#include "harness/measure/journal_merge.h"
#include "harness/measure/journal_observer.h"
#include "harness/measure/target_path.h"
#include "harness/measure/workload_series.h"
#include "harness/prometheus/sample_storage.h"
#include "harness/prometheus/server.h"
#include "harness/prometheus/targets.h"
#include "harness/roles/target_service.h"
#include "harness/run/accounting.h"
#include "harness/run/replaced_for_test.h"

namespace pushpull {
namespace {

constexpr Duration kInterval = Duration::seconds(15);
constexpr Duration kRun = Duration::hours(7);
constexpr uint32_t kTargets = 3;
constexpr uint32_t kSeries = 60;
// A quarter every two minutes: each series lives for eight, and 52 generations pass.
constexpr ChurnSpec kChurn = {.per_million = 250'000, .scrapes = 8};

// Carries bodies as bytes, in a millisecond each way.
class ByteTransport : public Transport {
 public:
  explicit ByteTransport(EventLoop& loop) : loop_(loop) {}
  void attach(const std::string& endpoint, Service& service) { services_[endpoint] = &service; }

  void send(const std::string& endpoint, Request request, Duration /*timeout*/, Decoder decode,
            Work::Kind /*decode_work*/, Done done) override {
    Service& service = *services_.at(endpoint);
    to_bytes(request.body);
    auto arrival = std::make_shared<Arrival>();
    if (const Decoder read = service.decoder(request))
      request.body.payload = read(request.headers, std::move(request.body.bytes)).value();
    arrival->request = std::move(request);
    const auto answered = [this, decode = std::move(decode),
                           done = std::move(done)](Response response) {
      to_bytes(response.body);
      if (decode && response.status == 200)
        response.body.payload = decode(response.headers, std::move(response.body.bytes)).value();
      later([done, response = std::move(response)] {
        Exchange exchange;
        exchange.response = response;
        done(std::move(exchange));
      });
    };
    later([&service, arrival, answered] { service.handle(std::move(*arrival), answered); });
  }

 private:
  static void to_bytes(Body& body) {
    if (body.payload == nullptr) return;
    body.bytes = body.payload->encode().value();
    body.payload = nullptr;
  }
  void later(std::function<void()> f) {
    auto shared = std::make_shared<std::function<void()>>(std::move(f));
    loop_.schedule_after(Duration::milliseconds(1), [shared] { (*shared)(); });
  }

  EventLoop& loop_;
  std::map<std::string, Service*> services_;
};

// A server as a role runs it, with its journal.
class Role {
 public:
  Role(const std::string& journal, const Workload& workload, const std::string& answers)
      : known_(workload),
        index_(known_, [this](uint64_t ref) { return storage_.registry().labels(ref); }),
        answers_(kTargets, Duration::seconds(10)),
        resolver_(known_, index_, answers_),
        journal_(JournalWriter::open(journal).value()),
        observer_(
            journal_,
            [this](const Layout& layout) -> std::optional<uint32_t> {
              const ScrapeTarget* target = storage_.target_of(layout);
              return target == nullptr ? std::nullopt : target_of_path(target->path);
            },
            &resolver_) {
    answers_.follow(JournalReader::open(answers).value());
    storage_.when_forgotten([this](uint64_t ref) {
      ++forgotten;
      index_.forget(ref);
    });
  }
  void start(EventLoop& loop, Transport& transport, ServerOptions options) {
    options.profile = profile_;
    server_.emplace(loop, transport, storage_, observer_, std::move(options));
  }
  Server& server() { return *server_; }
  SampleStorage& storage() { return storage_; }

  uint64_t forgotten = 0;

 private:
  ReleaseProfile profile_ = release_profile("3.5").value();
  SampleStorage storage_{Labels(), profile_};
  WorkloadSeries known_;
  SeriesIndex index_;
  AnswerLog answers_;
  SampleResolver resolver_;
  JournalWriter journal_;
  JournalObserver observer_;
  std::optional<Server> server_;
};

class HeadCutTest : public testing::Test {
 protected:
  HeadCutTest() {
    std::filesystem::create_directories(folder_);
    outcome_.begin = kVirtualStart;
    outcome_.window = {kVirtualStart + kWarmup, kVirtualStart + kRun};
    outcome_.instrument = std::make_unique<Instrument>(kTargets, outcome_.window, outcome_.begin);
    answers_.emplace(JournalWriter::open(path("targets")).value());
    leaf_.emplace(path("leaf"), workload_, path("targets"));
    central_.emplace(path("central"), workload_, path("targets"));
    transport_.attach("targets:1", targets_);
  }
  ~HeadCutTest() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& role) const { return folder_ + "/" + role + ".journal"; }

  void start_leaf(const std::vector<RemoteWriteConfig>& remote_write) {
    ServerOptions options;
    for (const Target& target : workload_.targets()) {
      ScrapeTarget scrape;
      scrape.endpoint = "targets:1";
      scrape.path = target.path();
      scrape.labels = scrape.identity = target.target_labels();
      scrape.interval = scrape.timeout = kInterval;
      options.targets.push_back(std::move(scrape));
    }
    options.remote_write = remote_write;
    leaf_->start(loop_, transport_, std::move(options));
    transport_.attach("leaf:9090", leaf_->server());
  }
  void start_central(ServerOptions options) {
    central_->start(loop_, transport_, std::move(options));
    transport_.attach("central:9090", central_->server());
  }

  // Scrapes for the time of the run, ends all series, ships what is left, and reads the journals.
  void play(const Variant& variant) {
    loop_.run_until(outcome_.window.end + kScrapeGrace);
    targets_.stop();
    loop_.run_for(Duration::minutes(1));
    bool flushed = false;
    leaf_->server().stop([&flushed] { flushed = true; });
    loop_.run_for(Duration::minutes(1));
    ASSERT_TRUE(flushed);
    outcome_.end = loop_.now();
    const auto merged = merge_journals({path("targets"), path("leaf"), path("central")},
                                       Duration::seconds(10), *outcome_.instrument);
    ASSERT_TRUE(merged.ok()) << merged.error().message;
    finish_accounts(variant, workload_, {"leaf:9090"}, outcome_);
    EXPECT_EQ(broken_equations(outcome_.accounts), std::vector<std::string>());
    EXPECT_EQ(outcome_.accounts.window.scraped, kWindowScrapes * int64_t{kSeries});
    EXPECT_EQ(outcome_.accounts.window.delivered, outcome_.accounts.window.scraped);
    EXPECT_EQ(outcome_.accounts.run.unknown + outcome_.accounts.run.corrupted +
                  outcome_.accounts.run.rejected,
              0);
  }
  // Heads were cut to the last three hours and what is not decided yet: two of seven hours went, or
  // four.
  void expect_cut(Role& role) {
    const auto replaced =
        static_cast<uint64_t>(replaced_series(workload_, outcome_.instrument->ledger()));
    const SeriesRegistry& registry = role.storage().registry();
    EXPECT_EQ(registry.last_ref(), kSeries + kTargets * 5 + replaced);
    EXPECT_EQ(registry.size() + role.forgotten, registry.last_ref());
    EXPECT_GE(role.forgotten, replaced * 3 / 7);
    EXPECT_GE(registry.size(), replaced * 1 / 7);
  }

  const std::string folder_ = testing::TempDir() + "head_cut_test." + std::to_string(::getpid());
  const Workload workload_ =
      Workload::make(
          {.leaves = 1, .targets = kTargets, .series = kSeries, .seed = 3, .churn = kChurn})
          .value();
  static constexpr Duration kWarmup = Duration::minutes(2);
  static constexpr int64_t kWindowScrapes = (kRun - kWarmup) / kInterval;
  VirtualLoop loop_{kVirtualStart};
  std::optional<JournalWriter> answers_;
  TargetService targets_{loop_, workload_.targets(),
                         [this](uint32_t target, uint64_t ordinal, Instant arrival) {
                           answers_->append(journal::Answered{target, ordinal, arrival});
                           EXPECT_TRUE(answers_->flush().ok());
                         }};
  ByteTransport transport_{loop_};
  std::optional<Role> leaf_;
  std::optional<Role> central_;
  RunOutcome outcome_;
};

TEST_F(HeadCutTest, PushStaysExactToTheMarker) {
  ServerOptions receiver;
  receiver.enable_receiver = true;
  start_central(std::move(receiver));
  RemoteWriteConfig push = remote_write_defaults(release_profile("3.5").value());
  push.url = "http://central:9090/api/v1/write";
  start_leaf({push});
  Variant variant;
  variant.remote_write = PushVariant{push};
  play(variant);
  const int64_t replaced = replaced_series(workload_, outcome_.instrument->ledger());
  EXPECT_GE(replaced, 50 * int64_t{kSeries});
  // Reports, a marker for each series that was replaced, and one for each when scraping ended.
  const int64_t made =
      report_samples(workload_, outcome_.instrument->ledger()) + replaced + kSeries;
  EXPECT_EQ(outcome_.accounts.leaf_made.scraped, made);
  EXPECT_EQ(outcome_.accounts.leaf_made.delivered, made);
  expect_cut(*leaf_);
  expect_cut(*central_);
}

TEST_F(HeadCutTest, PullStaysExact) {
  const PrometheusConfig config =
      load_config(
          "scrape_configs:\n"
          "- {job_name: federate, scrape_interval: 5s, scrape_timeout: 5s, honor_labels: true,\n"
          "   metrics_path: /federate, params: {'match[]': ['{job=~\".+\"}']},\n"
          "   static_configs: [{targets: ['leaf:9090']}]}\n",
          "test.yml", release_profile("3.5").value())
          .value()
          .config;
  start_leaf({});
  ServerOptions fetcher;
  fetcher.targets = scrape_targets(config);
  start_central(std::move(fetcher));
  Variant variant;
  variant.federate = PullVariant{config.scrape_configs.at(0)};
  play(variant);
  expect_cut(*leaf_);
  // The central has its own reports about its fetches beside what it fetches, reports included.
  const SeriesRegistry& registry = central_->storage().registry();
  EXPECT_EQ(registry.last_ref(), leaf_->storage().registry().last_ref() + 5);
  EXPECT_GE(central_->forgotten, registry.last_ref() * 2 / 5);
}

}  // namespace
}  // namespace pushpull
