#include "harness/wire/symbol_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/wire/symbol_block.h"
#include "harness/wire/write_request.h"

namespace pushpull::wire {
namespace {

using namespace std::string_literals;

std::string encoded(const SymbolTable& table) {
  std::string out(table.encoded_size(), 'x');
  EXPECT_EQ(table.encode(out.data()), out.data() + out.size());
  return out;
}

TEST(SymbolTable, NumbersTextsInOrderOfFirstUse) {
  SymbolTable table;
  EXPECT_EQ(table.ref("up"), 1u);
  EXPECT_EQ(table.ref(""), 0u);
  EXPECT_EQ(table.ref("job"), 2u);
  EXPECT_EQ(table.ref("up"), 1u);
  EXPECT_EQ(table.symbols(), (std::vector<std::string_view>{"", "up", "job"}));
  EXPECT_EQ(encoded(table), "\x22\x00\x22\x02up\x22\x03job"s);
}

TEST(SymbolTable, HoldsMoreTextsThanItBeganWith) {
  std::vector<std::string> texts(10'000);
  for (size_t i = 0; i < texts.size(); ++i) texts[i] = std::to_string(i);
  SymbolTable table;
  for (size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(table.ref(texts[i]), i + 1);
  for (size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(table.ref(texts[i]), i + 1);
}

TEST(SymbolBlock, HasEachTextOnce) {
  SymbolBlock::Builder builder;
  builder.add(Labels({{"__name__", "up"}, {"job", "a"}}));
  builder.add(Labels({}));
  builder.add(Labels({{"__name__", "down"}, {"job", "a"}, {"up", "job"}}));
  const auto block = builder.build();
  EXPECT_EQ(block->texts(), 5u);  // __name__ up job a down
  EXPECT_EQ(block->longest(), 6u);
  const auto texts = [&block](uint32_t position) {
    std::vector<std::string_view> found;
    for (const uint32_t number : block->labels(position)) found.push_back(block->text(number));
    return found;
  };
  EXPECT_EQ(texts(0), (std::vector<std::string_view>{"__name__", "up", "job", "a"}));
  EXPECT_EQ(texts(1), std::vector<std::string_view>{});
  EXPECT_EQ(texts(2), (std::vector<std::string_view>{"__name__", "down", "job", "a", "up", "job"}));
}

TEST(SymbolBlock, IsMadeFromTheLabelsOf10) {
  LabelBlock::Builder builder;
  builder.add(Labels({{"__name__", "up"}, {"job", "a"}}));
  builder.add(Labels({{"__name__", "down"}, {"job", "a"}}));
  const auto labels = builder.build();
  const SymbolBlock& block = labels->symbols();
  EXPECT_EQ(&block, &labels->symbols()) << "made once";
  EXPECT_EQ(block.texts(), 5u);
  EXPECT_EQ(block.text(block.labels(1)[1]), "down");
}

}  // namespace
}  // namespace pushpull::wire
