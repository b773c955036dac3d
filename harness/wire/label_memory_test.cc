#include "harness/wire/label_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <string>
#include <thread>
#include <vector>

#include "harness/base/random.h"
#include "harness/wire/written_for_test.h"

namespace pushpull::wire {
namespace {

std::string region(const std::string& name) {
  std::string out;
  encode_labels(Labels({{"__name__", name}}), out);
  return out;
}

std::shared_ptr<const LabelChain> chain(const std::vector<std::string>& regions) {
  std::vector<SeenLabels> seen;
  for (const std::string& region : regions) seen.push_back({region, 1});
  return std::make_shared<const LabelChain>(seen);
}

TEST(LabelMemory, FindsAChainByItsFirstSeries) {
  LabelMemory memory;
  const std::string a = region("a");
  EXPECT_EQ(memory.find({a, 64}), nullptr);
  const auto first = chain({a, region("b")});
  memory.remember(64, first);
  EXPECT_EQ(memory.find({a, 64}), first);
  EXPECT_EQ(memory.find({a, 128}), nullptr);
}

TEST(LabelMemory, AHashIsNotBelievedWithoutTheBytes) {
  LabelMemory memory;
  memory.remember(64, chain({region("a"), region("b")}));
  const std::string other = region("c");
  EXPECT_EQ(memory.find({other, 64}), nullptr);
}

TEST(LabelMemory, TheNewestChainCounts) {
  LabelMemory memory;
  const std::string a = region("a");
  memory.remember(64, chain({a, region("b")}));
  const size_t one = memory.bytes();
  const auto newest = chain({a, region("c")});
  memory.remember(64, newest);
  EXPECT_EQ(memory.find({a, 64}), newest);
  EXPECT_EQ(memory.bytes(), one);
}

TEST(LabelMemory, ForgetsAllBeforeItGrowsTooLarge) {
  LabelMemory memory(10'000);
  for (uint64_t i = 1; i <= 1000; ++i) {
    const std::string first = region(std::to_string(i));
    memory.remember(i * 64, chain({first, region("b")}));
    EXPECT_NE(memory.find({first, i * 64}), nullptr);
    EXPECT_LE(memory.bytes(), 10'000u);
  }
  const std::string huge = region(std::string(20'000, 'a'));
  memory.remember(64, chain({huge, huge}));
  EXPECT_EQ(memory.find({huge, 64}), nullptr);
  EXPECT_LE(memory.bytes(), 10'000u);
}

TEST(LabelMemory, ThreadsShareIt) {
  LabelMemory memory(100'000);
  const auto work = [&memory] {
    for (uint64_t i = 0; i < 5000; ++i) {
      const std::string first = region(std::to_string(i % 200));
      const std::string second = region("b");
      const auto known = memory.find({first, i % 200 * 64});
      if (known == nullptr) {
        memory.remember(i % 200 * 64, chain({first, second}));
      } else {
        ASSERT_EQ(known->follow(0, first, second).region, second);
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

// 600 series, of which some dozen begin a chain.
std::vector<TestSample> scrape(int64_t timestamp_ms) {
  std::vector<TestSample> samples;
  for (int i = 0; i < 600; ++i) {
    samples.push_back({Labels({{"__name__", "m" + std::to_string(i / 10)},
                               {"instance", "10.42.0.1:9100"},
                               {"le", std::to_string(i % 10)}}),
                       static_cast<double>((timestamp_ms + i) % 7), timestamp_ms});
  }
  return samples;
}

// Decodes with and without the memory, which must make no difference.
void expect_same(const std::string& message, LabelMemory& memory) {
  const Result<WrittenRequest> plain = decode_write_request(message);
  const Result<WrittenRequest> quick = decode_write_request(message, &memory);
  ASSERT_EQ(quick.ok(), plain.ok());
  if (!plain.ok()) {
    ASSERT_EQ(quick.error().message, plain.error().message);
    return;
  }
  ASSERT_EQ(quick->message, plain->message);
  ASSERT_EQ(quick->samples.size(), plain->samples.size());
  for (size_t i = 0; i < plain->samples.size(); ++i) {
    const WrittenSample& a = quick->samples[i];
    const WrittenSample& b = plain->samples[i];
    ASSERT_EQ(a.label_begin, b.label_begin);
    ASSERT_EQ(a.label_size, b.label_size);
    ASSERT_EQ(a.label_hash, b.label_hash);
    ASSERT_EQ(a.timestamp_ms, b.timestamp_ms);
    ASSERT_EQ(std::bit_cast<uint64_t>(a.value), std::bit_cast<uint64_t>(b.value));
  }
}

TEST(LabelMemory, MakesNoDifferenceToWhatIsDecoded) {
  LabelMemory memory;
  Random random(11, "order");
  for (int64_t round = 0; round < 20; ++round) {
    std::vector<TestSample> samples = scrape(1'700'000'000'000 + round * 15'000);
    const auto from = samples.begin() + static_cast<int64_t>(random.below(300));
    expect_same(encoded({from, from + static_cast<int64_t>(random.below(300))}), memory);
    std::swap(samples[random.below(600)], samples[random.below(600)]);
    samples.erase(samples.begin() + static_cast<int64_t>(random.below(600)));
    expect_same(encoded(samples), memory);
  }
  EXPECT_GT(memory.bytes(), 0u);
}

TEST(LabelMemory, MakesNoDifferenceToDamagedMessages) {
  constexpr uint64_t kSeed = 12;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  LabelMemory memory;
  Random random(kSeed, "damage");
  const std::string message = encoded(scrape(1'700'000'000'000));
  expect_same(message, memory);
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = message;
    const size_t at = random.below(damaged.size());
    switch (random.below(4)) {
      case 0:
        damaged[at] = static_cast<char>(random.next());
        break;
      case 1:
        damaged.insert(at, 1, static_cast<char>(random.next()));
        break;
      case 2:
        damaged.erase(at, 1 + random.below(80));
        break;
      default:
        damaged.resize(at);
    }
    expect_same(damaged, memory);
    if (HasFatalFailure()) return;
  }
}

// Behind expected labels stand more labels, no sample, two samples, or something unknown.
TEST(LabelMemory, LabelsThatGoOnAreOtherLabels) {
  LabelMemory memory;
  std::string good;
  std::vector<std::string> regions;
  const std::string more = region("more");
  const std::string sample = "\x12\x02\x10\x01";
  const auto series = [](const std::string& contents) {
    return std::string{'\x0a', static_cast<char>(contents.size())} + contents;
  };
  for (int i = 0; i < 200; ++i) {
    regions.push_back(region("m" + std::to_string(i)));
    good += series(regions.back() + sample);
  }
  expect_same(good, memory);
  for (const std::string& behind :
       {more + sample, std::string(), sample + sample, "\x28\x01" + sample, sample + "\x28\x01",
        sample + more, std::string("\x12\x03\x10\x01"), std::string("\x12")}) {
    std::string message;
    for (size_t i = 0; i < regions.size(); ++i) {
      message += series(regions[i] + (i % 7 == 3 ? behind : sample));
    }
    expect_same(message, memory);
    expect_same(good, memory);
  }
}

TEST(LabelMemory, ManyDecodeAtOnce) {
  LabelMemory memory(20'000);  // so small that it is forgotten all the time
  const auto work = [&memory](int64_t shard) {
    std::vector<TestSample> samples = scrape(1'700'000'000'000);
    std::rotate(samples.begin(), samples.begin() + shard * 100, samples.end());
    const std::string message = encoded(samples);
    for (int i = 0; i < 100; ++i) expect_same(message, memory);
  };
  std::vector<std::thread> threads;
  for (int64_t shard = 0; shard < 4; ++shard) threads.emplace_back(work, shard);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace pushpull::wire
