// Progress of a scenario on stderr: a bar on a terminal, and a line per finished run.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "harness/base/time.h"
#include "harness/run/run_scenario.h"

namespace pushpull {

// How a state of progress reads; pure, for the test. `wall` is the time since the scenario began.
std::string progress_line(const RunProgress& at, Duration wall, bool virtual_time, int columns);

// What is said of a run that ended; `wall` is how long it took.
std::string finished_line(const RunProgress& at, Duration wall, bool virtual_time);

class ProgressBar {
 public:
  // `quiet` shows nothing at all.
  ProgressBar(bool virtual_time, bool quiet);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(const RunProgress& at);

 private:
  void clear_bar();

  bool virtual_time_;
  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  int64_t began_ms_;
  int64_t shown_ms_ = 0;
  std::map<size_t, int64_t> run_began_ms_;  // of runs that have not ended
};

}  // namespace pushpull
