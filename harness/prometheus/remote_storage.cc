#include "harness/prometheus/remote_storage.h"

namespace pushpull {

RemoteStorage::RemoteStorage(const Context& context, RemoteWriteConfig config,
                             const ReleaseProfile& profile, Duration flush_deadline,
                             WriteSizeModel model)
    : observer_(context.observer),
      config_(std::move(config)),
      reader_(context.wal,
              [this](const Slice& lost) { observer_.dropped(lost, LossCause::kWalTruncated); }),
      queue_({context.loop, context.transport, *this, context.labels, context.observer,
              context.incoming},
             config_, profile, flush_deadline, std::move(model)) {}

int64_t RemoteStorage::unread_samples() const {
  int64_t samples = queue_.held_samples();
  reader_.for_each_unread([&](const Slice& slice) {
    if (config_.sends(slice.record->kind())) samples += slice.count;
  });
  return samples;
}

void RemoteStorage::stop(std::function<void()> done) {
  queue_.stop([this, done = std::move(done)] {
    drop_unread(LossCause::kRestart);
    done();
  });
}

void RemoteStorage::abandon(LossCause cause) {
  queue_.abandon(cause);
  drop_unread(cause);
}

void RemoteStorage::drop_unread(LossCause cause) {
  for (const Slice* slice = reader_.peek(); slice != nullptr; slice = reader_.peek()) {
    observer_.dropped(*slice, cause);
    reader_.pop();
  }
}

}  // namespace pushpull
