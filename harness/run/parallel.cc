#include "harness/run/parallel.h"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <thread>

namespace pushpull {
namespace {

class JobQueue {
 public:
  JobQueue(const std::vector<int64_t>& memory, int64_t budget) : memory_(memory), budget_(budget) {}

  void work_off(const std::function<void(size_t)>& work) {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return next_ == memory_.size() || next_fits(); });
      if (next_ == memory_.size()) return;
      const size_t job = next_++;
      used_ += memory_[job];
      ++running_;
      changed_.notify_all();  // the job after this one may fit as well
      lock.unlock();
      work(job);
      lock.lock();
      used_ -= memory_[job];
      --running_;
      changed_.notify_all();
    }
  }

 private:
  bool next_fits() const { return running_ == 0 || memory_[next_] <= budget_ - used_; }

  const std::vector<int64_t>& memory_;
  const int64_t budget_;
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t next_ = 0;
  int64_t used_ = 0;
  int running_ = 0;
};

}  // namespace

void run_jobs(const std::vector<int64_t>& memory_bytes, int threads, int64_t memory_budget,
              const std::function<void(size_t)>& work) {
  JobQueue queue(memory_bytes, memory_budget);
  const int helpers = static_cast<int>(std::min(static_cast<size_t>(threads), memory_bytes.size()));
  std::vector<std::jthread> others;
  for (int i = 1; i < helpers; ++i) others.emplace_back([&] { queue.work_off(work); });
  queue.work_off(work);
}

int64_t physical_memory() { return sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGE_SIZE); }

int available_cores() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

}  // namespace pushpull
