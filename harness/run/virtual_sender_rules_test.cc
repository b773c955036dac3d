// Rules of the sender that only long outages and long runs show, in virtual time.
#include <set>
#include <tuple>

#include "harness/run/virtual_fixture.h"
#include "harness/workload/shape.h"

namespace pushpull {
namespace {

class VirtualSenderRulesTest : public VirtualTest {
 protected:
  RunOutcome run_with(const std::string& variant, const std::vector<std::string>& settings,
                      const std::string& faults = "") {
    load(std::string(kSmallWorld) + (faults.empty() ? "" : "timeline: [" + faults + "]\n"),
         settings);
    return play(variant);
  }
  static int64_t requests(const RunOutcome& outcome) {
    return outcome.instrument->recorder().counters().at("requests");
  }
  static double bytes_to_central(const RunOutcome& outcome) {
    double sum = 0;
    for (const auto& column : outcome.instrument->recorder().wire().columns()) {
      for (const double value : column.values) {
        if (column.name == "to_central" && value == value) sum += value;
      }
    }
    return sum;
  }
};

const std::string kCut = "{name: cut, at: 2m, for: 6m, fault: link_down}";

TEST_F(VirtualSenderRulesTest, AnOutageWithinTheRetentionCostsNothing) {
  const RunOutcome outcome = run_with("narrow", {"systems.wal_retention=10m"}, kCut);
  EXPECT_EQ(outcome.accounts.window.delivered, kScraped);
}

// The reader has a few batches in memory; the rest of what is scraped from the start of the cut on
// is in the WAL, of which only two minutes are kept. When the link is back, the reader finds a
// piece missing: what was deleted, four minutes, and what is still there, two, is lost, and so is
// what is scraped until it begins anew five seconds later. It notices when its newest retry has got
// through, at most 5 s after the end of the cut, and its queue has been sent.
TEST_F(VirtualSenderRulesTest, ALongerOneCostsAllThatIsUnreadByThen) {
  const RunOutcome outcome = run_with("narrow", {"systems.wal_retention=2m"}, kCut);
  const Account& window = outcome.accounts.window;
  const int64_t truncated = window.lost_for(LossCause::kWalTruncated);
  const int64_t tail = window.lost_for(LossCause::kTailError);
  EXPECT_EQ(window.lost_total(), truncated + tail);
  EXPECT_EQ(window.delivered, kScraped - truncated - tail);
  EXPECT_GE(truncated, 23 * kRound);
  EXPECT_LE(truncated, 25 * kRound);
  EXPECT_GE(tail, 12 * kRound);
  EXPECT_LE(tail, 14 * kRound);
  // What the two leaves hold in memory: a batch in flight, two in the channel, one being filled,
  // and the rest of a scrape of 50.
  EXPECT_GE(truncated + tail, 36 * kRound - 2 * (3 * 50 + 49 + 50));
}

// At each attempt what is older than a minute is left out, and what is read from the WAL is dropped
// if it is older. The first attempt that gets through comes at most 5 s after the end of the cut:
// what was scraped more than a minute before that is lost, all the rest arrives.
TEST_F(VirtualSenderRulesTest, SamplesOlderThanTheLimitAreNotSentAnyMore) {
  for (const std::string variant : {"push", "narrow"}) {
    const RunOutcome outcome = run_with(
        variant, {"variants." + variant + ".remote_write.queue_config.sample_age_limit=1m"}, kCut);
    const Account& window = outcome.accounts.window;
    const int64_t too_old = window.lost_for(LossCause::kTooOld);
    EXPECT_EQ(window.lost_total(), too_old) << variant;
    EXPECT_EQ(window.delivered, kScraped - too_old) << variant;
    EXPECT_GE(too_old, 29 * kRound) << variant;
    EXPECT_LE(too_old, 32 * kRound) << variant;
  }
}

// Sixteen minutes: rounds of metadata at 1, 2, … 15 min are answered within them.
TEST_F(VirtualSenderRulesTest, MetadataIsSentEveryMinuteAndCountsAsBytesAndRequests) {
  const std::string send = "variants.push.remote_write.metadata_config.send=";
  const RunOutcome without = run_with("push", {send + "false"});
  const RunOutcome with = run_with("push", {send + "true"});
  EXPECT_EQ(with.accounts.window.delivered, kScraped);
  EXPECT_EQ(with.accounts.run.delivered, without.accounts.run.delivered) << "no samples";
  constexpr int64_t kRounds = 15;
  EXPECT_EQ(requests(with) - requests(without), 2 * kRounds);

  int64_t expected = 0;
  for (uint32_t leaf = 0; leaf < 2; ++leaf) {
    std::set<std::tuple<MetricType, std::string, std::string>> seen;
    int64_t message = 0;
    for (const Target& target : workload().targets_of(leaf)) {
      for (const Family& family : target.shape().families()) {
        if (!seen.emplace(family.type(), family.name, family.help).second) continue;
        // Entry: tag and length, type, tag and length of name and help. Helps are short.
        message += 2 + 2 + 2 + 2 + static_cast<int64_t>(family.name.size() + family.help.size());
      }
    }
    expected += message * kRounds;
  }
  const double added = bytes_to_central(with) - bytes_to_central(without);
  // Snappy makes half of it or a little less, and each request has a head of some 250 bytes.
  EXPECT_GT(added, 0.3 * static_cast<double>(expected));
  EXPECT_LT(added, 1.0 * static_cast<double>(expected) + 2.0 * kRounds * 300);
}

TEST_F(VirtualSenderRulesTest, RemoteWrite20SendsNoMetadataOfItsOwn) {
  const std::string push = "variants.push.remote_write.";
  const std::string v2 = push + "protobuf_message=io.prometheus.write.v2.Request";
  const RunOutcome with = run_with("push", {v2, push + "metadata_config.send=true"});
  const RunOutcome without = run_with("push", {v2, push + "metadata_config.send=false"});
  EXPECT_EQ(requests(with), requests(without));
  EXPECT_EQ(bytes_to_central(with), bytes_to_central(without));
}

}  // namespace
}  // namespace pushpull
