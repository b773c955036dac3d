#include "harness/measure/journal_observer.h"

#include "harness/base/check.h"
#include "harness/base/log.h"
#include "harness/measure/target_path.h"

namespace pushpull {

void JournalObserver::scraped(const Slice& slice) {
  const Record& record = *slice.record;
  if (record.leaf_made) {
    journal_.append(journal::LeafMadeTally{{.scraped = slice.count}});
  } else if (const auto target = target_of_(*record.layout)) {
    journal_.append(journal::Scraped{*target, record.timestamp_ms, record.size(), record.intended,
                                     record.committed});
  }
  flush();
}

void JournalObserver::scrape_failed(std::string_view path, Instant intended, std::string_view why) {
  const auto target = target_of_path(path);
  if (!target) return;
  journal_.append(journal::ScrapeFailed{*target, intended, std::string(why)});
  flush();
}

void JournalObserver::acknowledged(const Slice& slice, Instant at) {
  const Record& record = *slice.record;
  if (!tells_acknowledged_ || record.leaf_made || record.extras != nullptr) return;
  const auto target = target_of_(*record.layout);
  if (!target) return;
  for_each_run(slice, [&](const PositionRun& run) {
    journal_.append(journal::Acknowledged{*target, record.timestamp_ms, run, at});
  });
  flush();
}

void JournalObserver::dropped(const Slice& slice, LossCause cause) {
  const Record& record = *slice.record;
  if (record.extras != nullptr) return;
  if (record.leaf_made) {
    journal_.append(journal::LeafMadeTally{{.dropped = slice.count}});
  } else if (const auto target = target_of_(*record.layout)) {
    for_each_run(slice, [&](const PositionRun& run) {
      journal_.append(journal::Dropped{*target, record.timestamp_ms, run, cause});
    });
  }
  flush();
}

void JournalObserver::received(const Slice&, Fate, Instant) {
  CHECK(false) << "slices are received in virtual worlds only";
}

void JournalObserver::received(std::span<const ForeignSample> samples, Instant visible) {
  CHECK(resolver_ != nullptr) << "a role without a resolver received samples";
  const ResolvedSamples resolved = resolver_->resolve(samples, visible);
  for (const journal::Received& entry : resolved.received) journal_.append(entry);
  if (resolved.leaf_made != LeafMade()) {
    journal_.append(journal::LeafMadeTally{resolved.leaf_made});
  }
  if (resolved.corrupted + resolved.unknown > 0) {
    journal_.append(journal::Unresolved{resolved.corrupted, resolved.unknown});
  }
  if (resolved.rounded > 0) {
    rounded_ += resolved.rounded;
    journal_.append(journal::Counter{std::string(kRoundedSamples), visible, rounded_});
  }
  flush();
}

void JournalObserver::federated(std::string_view endpoint, Instant intended, bool ok) {
  journal_.append(journal::Federated{std::string(endpoint), intended, ok});
  flush();
}

void JournalObserver::pending(const Slice& slice) {
  const Record& record = *slice.record;
  if (record.leaf_made || record.extras != nullptr) return;
  const auto target = target_of_(*record.layout);
  if (!target) return;
  for_each_run(slice, [&](const PositionRun& run) {
    journal_.append(journal::Pending{*target, record.timestamp_ms, run});
  });
  flush();
}

void JournalObserver::flush() {
  if (failed_) return;
  const Status status = journal_.flush();
  if (status) return;
  failed_ = true;
  log_error(status.error().message);
}

}  // namespace pushpull
