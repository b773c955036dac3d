// One remote_write entry of a server: its place in the WAL and its queue.
#pragma once

#include <functional>
#include <string>

#include "harness/prometheus/wal_watcher.h"
#include "harness/remote_write/queue_manager.h"

namespace pushpull {

// Loop thread only.
class RemoteStorage {
 public:
  struct Context {
    EventLoop& loop;
    Transport& transport;
    LabelSource& labels;
    Observer& observer;
    Wal& wal;
    const IncomingSamples& incoming;
    MetadataSource* metadata = nullptr;  // null: none is ever sent
  };
  // Reads what is written to the WAL from now on.
  RemoteStorage(const Context& context, RemoteWriteConfig config, const ReleaseProfile& profile,
                Duration flush_deadline, WriteSizeModel model);

  void notify() { queue_.notify(); }
  const RemoteWriteConfig& config() const { return config_; }
  const std::string& name() const { return name_; }  // the label remote_name
  const QueueStats& stats() const { return queue_.stats(); }
  const WalWatcher& watcher() const { return watcher_; }
  // Samples in the WAL, or read from it, that no shard has taken yet.
  // Of the kinds that the entry sends.
  int64_t unread_samples() const;

  // Flushes, then calls `done` once; what was never read from the WAL is lost with the process
  // (kRestart).
  void stop(std::function<void()> done);
  // Everything undelivered, read or not, is reported as `cause`.
  void abandon(LossCause cause);

 private:
  RemoteWriteConfig config_;
  std::string name_;
  WalWatcher watcher_;
  QueueManager queue_;
};

}  // namespace pushpull
