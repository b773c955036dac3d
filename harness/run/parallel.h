// Independent jobs on several threads: virtual runs, each with a world of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace pushpull {

// Calls work(i) once for each job, started in their order, at most `threads` at a time. A job
// starts when its memory and that of the jobs running fit into `memory_budget`, or when none is
// running. Returns when all are done. With one thread everything happens on the caller's. Requires:
// threads >= 1; work does not throw.
void run_jobs(const std::vector<int64_t>& memory_bytes, int threads, int64_t memory_budget,
              const std::function<void(size_t)>& work);

// One at a time.
class Exclusive {
 public:
  template <class F>
  auto operator()(F&& f) {
    const std::lock_guard lock(mutex_);
    return f();
  }

 private:
  std::mutex mutex_;
};

// Of this machine, in bytes.
int64_t physical_memory();
// Threads that run at once.
int available_cores();

}  // namespace pushpull
