#include "harness/wire/symbol_table.h"

#include <xxhash.h>

#include <cstring>

#include "harness/wire/proto_writer.h"

namespace pushpull::wire {

namespace {

constexpr uint32_t kRequestSymbols = 4;
// The empty text is never looked up, so its ref marks a free slot.
constexpr uint32_t kFree = 0;

size_t encoded_size_of(std::string_view text) { return 1 + varint_size(text.size()) + text.size(); }

}  // namespace

SymbolTable::SymbolTable()
    : symbols_{""}, hashes_{0}, slots_(256, kFree), encoded_size_(encoded_size_of("")) {}

uint32_t SymbolTable::ref(std::string_view text) {
  if (text.empty()) return 0;
  const uint64_t hash = XXH3_64bits(text.data(), text.size());
  size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  for (; slots_[i] != kFree; i = (i + 1) & mask) {
    const uint32_t known = slots_[i];
    if (hashes_[known] == hash && symbols_[known] == text) return known;
  }
  const auto added = static_cast<uint32_t>(symbols_.size());
  symbols_.push_back(text);
  hashes_.push_back(hash);
  encoded_size_ += encoded_size_of(text);
  slots_[i] = added;
  if (symbols_.size() * 2 > slots_.size()) grow();
  return added;
}

void SymbolTable::grow() {
  const size_t mask = slots_.size() * 2 - 1;
  slots_.assign(mask + 1, kFree);
  for (uint32_t ref = 1; ref < symbols_.size(); ++ref) {
    size_t i = hashes_[ref] & mask;
    while (slots_[i] != kFree) i = (i + 1) & mask;
    slots_[i] = ref;
  }
}

char* SymbolTable::encode(char* out) const {
  for (const std::string_view text : symbols_) {
    *out++ = tag_byte(kRequestSymbols, WireType::kBytes);
    out = write_varint(out, text.size());
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    out += text.size();
  }
  return out;
}

}  // namespace pushpull::wire
