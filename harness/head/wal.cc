#include "harness/head/wal.h"

#include <algorithm>

#include "harness/base/check.h"

namespace pushpull {

void Wal::append(const Slice& slice, Instant now) {
  truncate(now);
  if (readers_.empty()) return;  // nobody will ever read it: readers start at the end
  entries_.push_back({now, slice});
}

void Wal::truncate(Instant now) {
  while (!entries_.empty()) {
    const Entry& oldest = entries_.front();
    const bool unread =
        std::ranges::any_of(readers_, [&](const Reader* r) { return r->next_ <= first_; });
    const bool expired = now - oldest.at > retention_;
    if (unread && !expired) return;
    for (Reader* reader : readers_) {
      if (reader->next_ > first_) continue;
      reader->lost_(oldest.slice);
      reader->next_ = first_ + 1;
    }
    entries_.pop_front();
    ++first_;
  }
}

Wal::Reader::Reader(Wal& wal, Lost lost)
    : wal_(&wal), lost_(std::move(lost)), next_(wal.first_ + wal.entries_.size()) {
  wal.readers_.push_back(this);
}

Wal::Reader::~Reader() { std::erase(wal_->readers_, this); }

const Slice* Wal::Reader::peek() const {
  CHECK(next_ >= wal_->first_);
  return next_ < wal_->first_ + wal_->entries_.size() ? &wal_->entry(next_) : nullptr;
}

}  // namespace pushpull
