#include "harness/prometheus/remote_storage.h"

#include "harness/remote_write/entry_hash.h"

namespace pushpull {

RemoteStorage::RemoteStorage(const Context& context, RemoteWriteConfig config,
                             const ReleaseProfile& profile, Duration flush_deadline,
                             WriteSizeModel model)
    : config_(std::move(config)),
      name_(entry_name(config_, profile)),
      watcher_(context.loop, context.wal, context.observer),
      queue_({context.loop, context.transport, watcher_, context.labels, context.observer,
              context.incoming, context.metadata},
             config_, profile, flush_deadline, std::move(model)) {}

int64_t RemoteStorage::unread_samples() const {
  int64_t samples = queue_.held_samples();
  watcher_.for_each_unread([&](const Slice& slice) {
    if (config_.sends(slice.record->kind())) samples += slice.count;
  });
  return samples;
}

void RemoteStorage::stop(std::function<void()> done) {
  queue_.stop([this, done = std::move(done)] {
    watcher_.close(LossCause::kRestart);
    done();
  });
}

void RemoteStorage::abandon(LossCause cause) {
  queue_.abandon(cause);
  watcher_.close(cause);
}

}  // namespace pushpull
