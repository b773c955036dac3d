// Bodies with native histograms and exemplars that a real 3.5 sent (testdata/README.md): ours must
// be the same bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "harness/wire/compression.h"
#include "harness/wire/items_for_test.h"

namespace pushpull::wire {
namespace {

class CapturedExtras : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    v2_ = std::string(GetParam()) == "v2";
    std::ifstream file(
        std::string(WIRE_TESTDATA "/prometheus-3.5-extras-") + GetParam() + ".snappy",
        std::ios::binary);
    ASSERT_TRUE(file.is_open());
    const std::string block{std::istreambuf_iterator<char>(file), {}};
    message_ = snappy_uncompress(block, 1 << 20).value();
    items_ = v2_ ? items_of(decode_write_request_v2(message_).value()) : items_of(message_);
  }
  int64_t count(const auto& condition) const { return std::ranges::count_if(items_, condition); }

  bool v2_ = false;
  std::string message_;
  std::vector<ReceivedItem> items_;
};

TEST_P(CapturedExtras, EncodesToTheSameBytes) { EXPECT_EQ(encoded(items_, v2_), message_); }

TEST_P(CapturedExtras, HoldsWholeAndFloatHistogramsAndExemplars) {
  const auto whole = [](const ReceivedItem& item) {
    const auto* h = std::get_if<NativeHistogram>(&item.what);
    return h != nullptr && !h->is_float();
  };
  const auto real = [](const ReceivedItem& item) {
    const auto* h = std::get_if<NativeHistogram>(&item.what);
    return h != nullptr && h->is_float();
  };
  EXPECT_GT(count(whole), 0);
  EXPECT_GT(count(real), 0);
  const auto is_exemplar = [](const ReceivedItem& item) {
    return std::holds_alternative<Exemplar>(item.what);
  };
  EXPECT_GT(count(is_exemplar), 0);
}

INSTANTIATE_TEST_SUITE_P(Real, CapturedExtras, testing::Values("v1", "v2"));

}  // namespace
}  // namespace pushpull::wire
