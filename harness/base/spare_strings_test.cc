#include "harness/base/spare_strings.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace pushpull {
namespace {

TEST(SpareStrings, WhatIsGivenBackIsTakenAgain) {
  SpareStrings strings;
  EXPECT_EQ(strings.take(), "");
  std::string spare(1000, 'a');
  const char* memory = spare.data();
  strings.give_back(std::move(spare));
  const std::string again = strings.take();
  EXPECT_EQ(again.data(), memory);
  EXPECT_EQ(again, std::string(1000, 'a'));
  EXPECT_EQ(strings.take(), "") << "one string is given out once";
}

TEST(SpareStrings, TooManyAndTooLongOnesAreFreed) {
  SpareStrings strings;
  std::string huge = "a";
  huge.reserve(SpareStrings::kMaxBytes + 1);  // memory that is never touched
  strings.give_back(std::move(huge));
  EXPECT_EQ(strings.take(), "");
  for (int i = 0; i < 4; ++i) {
    std::string third = "a";
    third.reserve(SpareStrings::kMaxBytes / 3);
    strings.give_back(std::move(third));
  }
  EXPECT_NE(strings.take(), "");
  EXPECT_NE(strings.take(), "");
  strings.take();
  EXPECT_EQ(strings.take(), "") << "a fourth third is too much";
  for (int i = 0; i < 1000; ++i) strings.give_back(std::string(100, 'a'));
  int kept = 0;
  while (!strings.take().empty()) ++kept;
  EXPECT_GT(kept, 1);
  EXPECT_LT(kept, 1000);
}

TEST(SpareStrings, EachUseHasItsOwn) {
  spare_strings(SpareUse::kRequestBody).give_back("a body");
  EXPECT_EQ(spare_strings(SpareUse::kWriteRequest).take(), "");
  EXPECT_EQ(spare_strings(SpareUse::kRequestBody).take(), "a body");
}

// Two threads never hold one string: each writes its own letter all over and finds it unchanged.
TEST(SpareStrings, ThreadsShareThem) {
  SpareStrings strings;
  std::atomic<int> mixed = 0;
  const auto work = [&](char letter) {
    for (int i = 0; i < 2000; ++i) {
      std::string mine = strings.take();
      mine.assign(64, letter);
      if (mine != std::string(64, letter)) ++mixed;
      strings.give_back(std::move(mine));
    }
  };
  std::vector<std::thread> threads;
  for (const char letter : {'a', 'b', 'c'}) threads.emplace_back(work, letter);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(mixed, 0);
}

}  // namespace
}  // namespace pushpull
