// The encoded labels (TimeSeries field 1, repeated) of every series of one layout, packed: series
// of one target have most labels in common, and a label is kept once. A sender reads all of them
// for every scrape, and they are more than a processor's cache holds.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/workload/labels.h"

namespace pushpull::wire {

class SymbolBlock;

// Immutable once built; any thread.
class LabelBlock {
 public:
  class Builder;

  LabelBlock() = default;
  ~LabelBlock();
  LabelBlock(const LabelBlock&) = delete;
  LabelBlock& operator=(const LabelBlock&) = delete;

  // The region of a series, put together.
  std::string labels(uint32_t position) const;
  uint32_t labels_size(uint32_t position) const { return series_[position].size; }
  // Writes the region to `out` and returns its end. What is written may end kCopyBlock bytes behind
  // that.
  char* write_labels(uint32_t position, char* out) const {
    for (const Piece& piece : pieces(position)) {
      const char* const from = arena_.data() + piece.begin;
      for (size_t i = 0; i < piece.size; i += kCopyBlock) {
        std::memcpy(out + i, from + i, kCopyBlock);
      }
      out += piece.size;
    }
    return out;
  }
  // Label bytes are copied in blocks of this size: they run over the end, but never branch on it.
  static constexpr size_t kCopyBlock = 32;

  // Size of the longest region.
  uint32_t longest() const { return longest_; }
  uint32_t size() const { return static_cast<uint32_t>(series_.size()); }
  // Memory for labels.
  size_t bytes() const {
    return arena_.size() + pieces_.size() * sizeof(Piece) + series_.size() * sizeof(Series);
  }
  // The same labels as Remote Write 2.0 wants them; made when first asked for. Any thread.
  const SymbolBlock& symbols() const;

 private:
  // Bytes of arena_: one label, or several that follow each other there as in the region.
  struct Piece {
    uint32_t begin;
    uint32_t size;
  };
  struct Series {
    uint32_t pieces_end;  // in pieces_; they begin where those of the series before end
    uint32_t size;        // of the region
  };
  std::span<const Piece> pieces(uint32_t position) const {
    const uint32_t begin = position == 0 ? 0 : series_[position - 1].pieces_end;
    return {pieces_.data() + begin, series_[position].pieces_end - begin};
  }

  std::string arena_;  // padded at the end so that a copy may read whole blocks
  std::vector<Piece> pieces_;
  std::vector<Series> series_;
  uint32_t longest_ = 0;
  mutable std::atomic<const SymbolBlock*> symbols_ = nullptr;  // owned
};

class LabelBlock::Builder {
 public:
  // One call per position, in order.
  void add(const Labels& labels);
  // The same of labels that encode_labels() has encoded.
  void add_encoded(std::string_view region);
  std::shared_ptr<const LabelBlock> build();

 private:
  void add_field(std::string_view field);

  std::shared_ptr<LabelBlock> block_ = std::make_shared<LabelBlock>();
  // Where a label is in the arena, by its hash. Of labels with equal hashes it knows the first.
  std::unordered_map<uint64_t, Piece> known_;
  size_t pieces_begin_ = 0;  // of the series under construction
};

}  // namespace pushpull::wire
