// Progress of a run on stderr: a bar on a terminal, one line per finished run otherwise.
#pragma once

#include <cstdint>
#include <string>

#include "harness/base/time.h"
#include "harness/run/run_scenario.h"

namespace pushpull {

// How a state of progress reads; pure, for the test. `wall` is the time since the run began.
std::string progress_line(const RunProgress& at, Duration wall, bool virtual_time, int columns);

class ProgressBar {
 public:
  // `quiet` shows nothing at all.
  ProgressBar(bool virtual_time, bool quiet);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(const RunProgress& at);

 private:
  void finish_line();

  bool virtual_time_;
  bool quiet_;
  bool terminal_;
  int64_t run_ = -1;
  int64_t run_started_ms_ = 0;
  int64_t shown_ms_ = 0;
  std::string last_;
};

}  // namespace pushpull
