#include "harness/run/acknowledged_central.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "harness/measure/journal.h"

namespace pushpull {
namespace {

const Instant kBegin = Instant::from_unix_ms(1'767'225'600'000);

Instant at(int64_t ms) { return kBegin + Duration::milliseconds(ms); }

class AcknowledgedCentralTest : public testing::Test {
 protected:
  AcknowledgedCentralTest() {
    std::filesystem::create_directories(folder_);
    JournalWriter targets = JournalWriter::open(folder_ + "/targets").value();
    targets.append(journal::Answered{0, 0, at(503)});
    targets.append(journal::Answered{1, 0, at(803)});
  }
  ~AcknowledgedCentralTest() override { std::filesystem::remove_all(folder_); }

  Status write() const {
    return write_acknowledged_central({folder_ + "/targets"}, {folder_ + "/a", folder_ + "/b"},
                                      workload_, Duration::seconds(1), folder_ + "/central");
  }

  const std::string folder_ =
      testing::TempDir() + "acknowledged_central_test." + std::to_string(getpid());
  const Workload workload_ =
      Workload::make({.leaves = 2, .targets = 1, .series = 10, .seed = 1}).value();
};

TEST_F(AcknowledgedCentralTest, WhatWasAnsweredWith2xxIsReceived) {
  {
    JournalWriter a = JournalWriter::open(folder_ + "/a").value();
    a.append(journal::Scraped{0, at(501).unix_ms(), 10, at(500), at(510)});
    a.append(journal::Acknowledged{0, at(501).unix_ms(), {0, 2, 5}, at(700)});
    a.append(journal::Acknowledged{0, at(7777).unix_ms(), {0, 1, 1}, at(7800)});  // no scrape
    a.append(journal::Acknowledged{0, at(501).unix_ms(), {0, 2, 6}, at(700)});    // too many
    a.append(journal::Acknowledged{9, at(501).unix_ms(), {0, 1, 1}, at(700)});    // no target
    JournalWriter b = JournalWriter::open(folder_ + "/b").value();
    b.append(journal::Acknowledged{1, at(802).unix_ms(), {0, 1, 10}, at(900)});
  }
  ASSERT_TRUE(write().ok());
  JournalReader central = JournalReader::open(folder_ + "/central").value();
  EXPECT_EQ(std::get<journal::Received>(*central.next()),
            (journal::Received{0, 0, {0, 2, 5}, Fate::kStored, at(700)}));
  EXPECT_EQ(std::get<journal::Received>(*central.next()),
            (journal::Received{1, 0, {0, 1, 10}, Fate::kStored, at(900)}));
  EXPECT_FALSE(central.next().has_value());
}

TEST_F(AcknowledgedCentralTest, AMissingJournalIsAnError) { EXPECT_FALSE(write().ok()); }

}  // namespace
}  // namespace pushpull
