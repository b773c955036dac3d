// The texts of one remote write 2.0 request, each once: text ⇄ ref. One thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace pushpull::wire {

// Refs are given in order of first use; 0 is the empty text, as the protocol wants it. Texts are
// borrowed and outlive the table.
class SymbolTable {
 public:
  SymbolTable();

  uint32_t ref(std::string_view text);

  const std::vector<std::string_view>& symbols() const { return symbols_; }
  // Of Request.symbols, tags and lengths included.
  size_t encoded_size() const { return encoded_size_; }
  // Writes Request.symbols. Requires: encoded_size() bytes at `out`. Returns what is behind them.
  char* encode(char* out) const;

 private:
  void grow();

  std::vector<std::string_view> symbols_;
  std::vector<uint64_t> hashes_;  // by ref
  std::vector<uint32_t> slots_;   // refs; open addressing, power of two, at most half full
  size_t encoded_size_ = 0;
};

}  // namespace pushpull::wire
