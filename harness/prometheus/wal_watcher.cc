#include "harness/prometheus/wal_watcher.h"

#include <utility>

#include "harness/base/check.h"
#include "harness/base/log.h"
#include "harness/remote_write/sample_age.h"

namespace pushpull {
namespace {

// As Prometheus's Watcher.loop waits.
constexpr Duration kRestartPause = Duration::seconds(5);

}  // namespace

WalWatcher::WalWatcher(EventLoop& loop, Wal& wal, Observer& observer)
    : loop_(loop),
      observer_(observer),
      reader_(wal, [this](const Slice& s) { observer_.dropped(s, LossCause::kWalTruncated); }),
      first_ms_(loop.now().unix_ms()) {}

const Slice* WalWatcher::peek() {
  if (restart_timer_ != 0) return nullptr;
  while (true) {
    while (entry_.count > 0) {
      // Of exemplars Prometheus asks no timestamp here.
      const bool exemplars = entry_.record->kind() == RecordKind::kExemplars;
      const AgeRun run =
          exemplars ? AgeRun{entry_.count, false} : leading_age_run(entry_, first_ms_);
      next_ = entry_.head(run.count);
      if (!run.older) return &next_;
      observer_.dropped(next_, LossCause::kBeforeStart);
      entry_ = entry_.tail(run.count);
    }
    if (reader_.missed_some()) {
      fail();
      return nullptr;
    }
    const Slice* entry = reader_.peek();
    if (entry == nullptr) return nullptr;
    entry_ = *entry;
    reader_.pop();
  }
}

void WalWatcher::pop() {
  CHECK(next_.count > 0);
  entry_ = entry_.tail(next_.count);
  next_ = {};
}

void WalWatcher::fail() {
  log_error("error tailing WAL: what comes next has been deleted; what is not sent yet is lost");
  restart_timer_ = loop_.schedule_after(kRestartPause, [this] { restart(); });
}

void WalWatcher::restart() {
  restart_timer_ = 0;
  drop_unread(LossCause::kTailError);
  reader_.skip_to_end();
  first_ms_ = loop_.now().unix_ms() + 1;
}

void WalWatcher::drop_unread(LossCause cause) {
  for_each_unread([&](const Slice& slice) { observer_.dropped(slice, cause); });
  entry_ = {};
}

void WalWatcher::close(LossCause cause) {
  loop_.cancel(restart_timer_);
  drop_unread(cause);
  reader_.skip_to_end();
}

}  // namespace pushpull
