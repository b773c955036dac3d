#include "harness/wire/symbol_block.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

#include "harness/base/check.h"

namespace pushpull::wire {

struct SymbolBlock::Builder::Numbers {
  std::unordered_map<std::string, uint32_t> by_text;
};

SymbolBlock::Builder::Builder()
    : block_(std::make_unique<SymbolBlock>()), numbers_(std::make_unique<Numbers>()) {}
SymbolBlock::Builder::~Builder() = default;

uint32_t SymbolBlock::Builder::number(std::string_view text) {
  const auto [it, is_new] = numbers_->by_text.try_emplace(std::string(text), block_->texts());
  if (is_new) {
    block_->arena_ += text;
    CHECK(block_->arena_.size() <= std::numeric_limits<uint32_t>::max())
        << "the labels of one layout exceed 4 GiB";
    block_->text_ends_.push_back(static_cast<uint32_t>(block_->arena_.size()));
  }
  return it->second;
}

void SymbolBlock::Builder::add(const Labels& labels) {
  for (const Label& label : labels) {
    block_->numbers_.push_back(number(label.name));
    block_->numbers_.push_back(number(label.value));
  }
  block_->ends_.push_back(static_cast<uint32_t>(block_->numbers_.size()));
  block_->longest_ = std::max(block_->longest_, static_cast<uint32_t>(labels.size() * 2));
}

std::unique_ptr<const SymbolBlock> SymbolBlock::Builder::build() {
  block_->arena_.shrink_to_fit();
  block_->numbers_.shrink_to_fit();
  numbers_.reset();
  return std::exchange(block_, nullptr);
}

}  // namespace pushpull::wire
