// Threads for blocking work: as many as there is work at one time, reused.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "harness/base/task.h"

namespace pushpull {

// A task gets a thread at once: an idle one, else a new one (where the system refuses another
// thread, the next that falls idle). Nothing here bounds the number; the callers' concurrency does.
class Workers {
 public:
  Workers() = default;
  // Runs what was handed over, then joins every thread.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Any thread but a worker of a Workers under destruction.
  void run(Task task);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> tasks_;
  size_t idle_ = 0;  // threads waiting, those already woken for a task included
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace pushpull
