// The labels of every series of one layout as remote write 2.0 wants them: numbers of texts, and
// each text once. A request then looks a text up once, however many of its series have it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/workload/labels.h"

namespace pushpull::wire {

// Immutable once built; any thread.
class SymbolBlock {
 public:
  class Builder;

  // Name, value, name, value … of a series: numbers of texts.
  std::span<const uint32_t> labels(uint32_t position) const {
    const uint32_t begin = position == 0 ? 0 : ends_[position - 1];
    return {numbers_.data() + begin, ends_[position] - begin};
  }
  // Of any position.
  uint32_t longest() const { return longest_; }

  uint32_t texts() const { return static_cast<uint32_t>(text_ends_.size()); }
  std::string_view text(uint32_t number) const {
    const uint32_t begin = number == 0 ? 0 : text_ends_[number - 1];
    return {arena_.data() + begin, text_ends_[number] - begin};
  }

 private:
  std::string arena_;
  std::vector<uint32_t> text_ends_;  // by number
  std::vector<uint32_t> numbers_;    // of all series
  std::vector<uint32_t> ends_;       // by position
  uint32_t longest_ = 0;
};

class SymbolBlock::Builder {
 public:
  Builder();
  ~Builder();
  // One call per position, in order.
  void add(const Labels& labels);
  std::unique_ptr<const SymbolBlock> build();

 private:
  struct Numbers;
  uint32_t number(std::string_view text);

  std::unique_ptr<SymbolBlock> block_;
  std::unique_ptr<Numbers> numbers_;
};

}  // namespace pushpull::wire
