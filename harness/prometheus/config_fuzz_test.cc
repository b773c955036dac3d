// Runs the fuzz target on its corpus, on prefixes of it and on random damage to it, so that it is
// compiled and alive in every build.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/base/random.h"

extern "C" int fuzz_config(const uint8_t* data, size_t size);

namespace pushpull {
namespace {

void run(const std::string& text) {
  const std::vector<uint8_t> exact(text.begin(), text.end());
  ASSERT_EQ(fuzz_config(exact.data(), exact.size()), 0);
}

TEST(ConfigFuzz, NoTextIsTooBad) {
  constexpr uint64_t kSeed = 7;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Random random(kSeed, "config_fuzz");
  size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(PROMETHEUS_CORPUS "/config_fuzz")) {
    std::ostringstream content;
    content << std::ifstream(file.path()).rdbuf();
    const std::string good = content.str();
    ASSERT_FALSE(good.empty()) << file.path();
    ++files;
    run(good);
    for (int round = 0; round < 300; ++round) {
      std::string bad = good.substr(0, random.below(good.size()) + 1);
      for (uint64_t n = random.below(4); n > 0; --n) {
        bad[random.below(bad.size())] = static_cast<char>(random.next());
      }
      run(bad);
    }
  }
  EXPECT_GE(files, 2u);
}

}  // namespace
}  // namespace pushpull
