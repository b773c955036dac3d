// Values by series ref. Refs only grow, and those of ended series are erased in great numbers: the
// table is cut into pages, and a page without values is freed. What stays of it is a pointer. As
// fast as an array but for one step from page to value.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace pushpull {

template <class T>
class RefTable {
 public:
  // Null if there is none. Valid until it is erased.
  const T* find(uint64_t ref) const {
    const uint64_t number = ref / kPageSize;
    if (number >= pages_.size() || pages_[number] == nullptr) return nullptr;
    const Page& page = *pages_[number];
    return page.has(ref % kPageSize) ? &page.values[ref % kPageSize] : nullptr;
  }
  T* find(uint64_t ref) { return const_cast<T*>(std::as_const(*this).find(ref)); }

  // Sets the value, new or not.
  void put(uint64_t ref, const T& value) {
    const uint64_t number = ref / kPageSize;
    if (number >= pages_.size()) pages_.resize(number + 1);
    if (pages_[number] == nullptr) {
      pages_[number] = std::make_unique<Page>();
      ++live_pages_;
    }
    pages_[number]->put(ref % kPageSize, value);
  }

  // Does nothing if there is none.
  void erase(uint64_t ref) {
    if (find(ref) == nullptr) return;
    std::unique_ptr<Page>& page = pages_[ref / kPageSize];
    page->erase(ref % kPageSize);
    if (page->count > 0) return;
    page.reset();
    --live_pages_;
  }

  // Calls f(ref, value) for each, ascending by ref. f must not add or erase.
  template <class F>
  void for_each(F&& f) const {
    for (uint64_t number = 0; number < pages_.size(); ++number) {
      for (uint64_t i = 0; pages_[number] != nullptr && i < kPageSize; ++i) {
        if (pages_[number]->has(i)) f(number * kPageSize + i, pages_[number]->values[i]);
      }
    }
  }

  // Refs for which there is room in memory.
  uint64_t capacity() const { return live_pages_ * kPageSize; }

  // Small, because one series that does not end keeps its page.
  static constexpr uint64_t kPageSize = 256;

 private:
  struct Page {
    std::array<uint64_t, kPageSize / 64> present{};
    uint32_t count = 0;
    std::array<T, kPageSize> values{};

    bool has(uint64_t i) const { return (present[i / 64] >> (i % 64) & 1) != 0; }
    void put(uint64_t i, const T& value) {
      const uint64_t bit = uint64_t{1} << (i % 64);
      if ((present[i / 64] & bit) == 0) {
        present[i / 64] |= bit;
        ++count;
      }
      values[i] = value;
    }
    void erase(uint64_t i) {
      present[i / 64] &= ~(uint64_t{1} << (i % 64));
      --count;
    }
  };

  std::vector<std::unique_ptr<Page>> pages_;
  uint64_t live_pages_ = 0;
};

}  // namespace pushpull
