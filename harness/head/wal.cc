#include "harness/head/wal.h"

#include <algorithm>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {

void Wal::append(const Slice& slice, Instant now) {
  truncate(now);
  const int64_t before = samples_;
  samples_ += slice.count;
  if (readers_.empty()) return;  // nobody will ever read it: readers start at the end
  entries_.push_back({now, slice, before, std::exchange(begins_record_, false)});
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
      reader->missed_some_ = true;
    }
    entries_.pop_front();
    ++first_;
  }
}

Wal::Reader::Reader(Wal& wal, Lost lost) : wal_(&wal), lost_(std::move(lost)), next_(wal.end()) {
  wal.readers_.push_back(this);
}

Wal::Reader::~Reader() { std::erase(wal_->readers_, this); }

const Slice* Wal::Reader::peek() const {
  CHECK(next_ >= wal_->first_);
  return next_ < wal_->end() ? &wal_->entry(next_).slice : nullptr;
}

void Wal::Reader::pop() {
  records_read_ += wal_->entry(next_).begins_record ? 1 : 0;
  ++next_;
}

void Wal::Reader::skip_to_end() {
  next_ = wal_->end();
  missed_some_ = false;
}

int64_t Wal::Reader::segment() const {
  const int64_t read = next_ < wal_->end() ? wal_->entry(next_).samples_before : wal_->samples_;
  return read / kSamplesPerSegment;
}

}  // namespace pushpull
