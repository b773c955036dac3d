#include "harness/measure/ledger_observer.h"

#include "harness/base/check.h"
#include "harness/measure/target_path.h"
#include "harness/workload/target.h"

namespace pushpull {

namespace {

uint32_t target_of(const Record& record) {
  CHECK(record.layout->target() != nullptr) << "a virtual record without a generator";
  return record.layout->target()->id();
}

}  // namespace

void LedgerObserver::scraped(const Slice& slice) {
  const Record& record = *slice.record;
  if (record.leaf_made) return instrument_.leaf_made({.scraped = slice.count});
  instrument_.scraped(target_of(record), record.ordinal, record.size(), record.intended,
                      record.committed);
}

void LedgerObserver::scrape_failed(std::string_view path, Instant intended, std::string_view) {
  const auto target = target_of_path(path);
  CHECK(target.has_value()) << "not a target of the workload: " << path;
  instrument_.scrape_failed(*target, intended);
}

void LedgerObserver::dropped(const Slice& slice, LossCause cause) {
  const Record& record = *slice.record;
  if (record.leaf_made) return instrument_.leaf_made({.dropped = slice.count});
  instrument_.dropped(target_of(record), record.ordinal, slice, cause);
}

void LedgerObserver::received(const Slice& slice, Fate fate, Instant visible) {
  const Record& record = *slice.record;
  if (record.leaf_made) return instrument_.leaf_made(leaf_made_received(fate, slice.count));
  instrument_.received(target_of(record), record.ordinal, slice, fate, visible);
}

void LedgerObserver::received(std::span<const ForeignSample>, Instant) {
  CHECK(false) << "foreign samples belong to loopback runs";
}

void LedgerObserver::federated(std::string_view endpoint, Instant intended, bool ok) {
  instrument_.federated(endpoint, intended, ok);
}

void LedgerObserver::pending(const Slice& slice) {
  const Record& record = *slice.record;
  if (!record.leaf_made) instrument_.pending(target_of(record), record.ordinal, slice);
}

}  // namespace pushpull
