#include "harness/wire/label_block.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "harness/base/check.h"
#include "harness/wire/proto_reader.h"
#include "harness/wire/symbol_block.h"
#include "harness/wire/write_request.h"

namespace pushpull::wire {

void LabelBlock::Builder::add(const Labels& labels) {
  std::string region;
  encode_labels(labels, region);
  add_encoded(region);
}

void LabelBlock::Builder::add_encoded(std::string_view region) {
  for (ProtoReader reader(region); !reader.done();) {
    const char* const begin = reader.at();
    ProtoTag tag{};
    CHECK(reader.read_tag(tag) && reader.skip(tag.type)) << "labels that are not encoded";
    add_field({begin, static_cast<size_t>(reader.at() - begin)});
  }
  pieces_begin_ = block_->pieces_.size();
  CHECK(pieces_begin_ <= std::numeric_limits<uint32_t>::max());
  const auto size = static_cast<uint32_t>(region.size());
  block_->series_.push_back({static_cast<uint32_t>(pieces_begin_), size});
  block_->longest_ = std::max(block_->longest_, size);
}

void LabelBlock::Builder::add_field(std::string_view field) {
  std::string& arena = block_->arena_;
  const Piece fresh = {static_cast<uint32_t>(arena.size()), static_cast<uint32_t>(field.size())};
  Piece piece = known_.try_emplace(hash_of_labels(field), fresh).first->second;
  if (std::string_view(arena).substr(piece.begin, piece.size) != field) {
    piece = fresh;
    arena += field;
    CHECK(arena.size() <= std::numeric_limits<uint32_t>::max() - kCopyBlock)
        << "the labels of one layout exceed 4 GiB";
  }
  std::vector<Piece>& pieces = block_->pieces_;
  const bool continues =
      pieces.size() > pieces_begin_ && pieces.back().begin + pieces.back().size == piece.begin;
  if (continues) {
    pieces.back().size += piece.size;
  } else {
    pieces.push_back(piece);
  }
}

std::shared_ptr<const LabelBlock> LabelBlock::Builder::build() {
  block_->arena_.append(kCopyBlock, '\0');
  block_->arena_.shrink_to_fit();
  block_->pieces_.shrink_to_fit();
  block_->series_.shrink_to_fit();
  return std::move(block_);
}

std::string LabelBlock::labels(uint32_t position) const {
  std::string region;
  region.reserve(labels_size(position));
  for (const Piece& piece : pieces(position)) region.append(arena_, piece.begin, piece.size);
  return region;
}

LabelBlock::~LabelBlock() { delete symbols_.load(); }

const SymbolBlock& LabelBlock::symbols() const {
  const SymbolBlock* known = symbols_.load(std::memory_order_acquire);
  if (known != nullptr) return *known;
  SymbolBlock::Builder builder;
  for (uint32_t p = 0; p < size(); ++p) builder.add(decode_labels(labels(p)).value());
  std::unique_ptr<const SymbolBlock> made = builder.build();
  // Where two threads made it at once, the first one's is kept.
  return symbols_.compare_exchange_strong(known, made.get()) ? *made.release() : *known;
}

}  // namespace pushpull::wire
