#include "tools/journal_json.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

TEST(JournalJson, NamesTheEntryAndItsFields) {
  const Instant at = Instant::from_unix_ns(1'767'225'600'000'000'001);
  EXPECT_EQ(journal_json(journal::Received{7, 12, {2, 50, 9}, Fate::kOutOfBounds, at}).dump(),
            R"({"entry":"received","target":7,"ordinal":12,"positions":[2,50,9],)"
            R"("fate":"out_of_bounds","visible":1767225600000000001})");
  EXPECT_EQ(journal_json(journal::Dropped{7, -5, {0, 1, 3}, LossCause::kRejected}).dump(),
            R"({"entry":"dropped","target":7,"timestamp_ms":-5,"positions":[0,1,3],)"
            R"("cause":"rejected"})");
  EXPECT_EQ(journal_json(journal::Exchanged{at, at, 503, true, 4, 30'000, 1ull << 63}).dump(),
            R"({"entry":"exchanged","asked":1767225600000000001,"answered":1767225600000000001,)"
            R"("status":503,"by_link":true,"attempt":4,"body_size":30000,)"
            R"("body_hash":9223372036854775808})");
  EXPECT_EQ(journal_json(journal::LeafMadeTally{{1, 2, 3, 4, 5}}).dump(),
            R"({"entry":"leaf_made","scraped":1,"delivered":2,"duplicates":3,"rejected":4,)"
            R"("dropped":5})");
}

}  // namespace
}  // namespace pushpull
