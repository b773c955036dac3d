#include "tools/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "harness/base/units.h"

namespace pushpull {
namespace {

constexpr int kBarWidth = 20;
constexpr int64_t kRedrawMs = 100;

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int terminal_columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

Duration whole_seconds(Duration d) { return Duration::seconds(d / Duration::seconds(1)); }

}  // namespace

std::string progress_line(const RunProgress& at, Duration wall, bool virtual_time, int columns) {
  const double share = at.total > Duration() ? at.done.in_seconds() / at.total.in_seconds() : 0;
  const int filled = static_cast<int>(share * kBarWidth);
  std::string bar;
  for (int i = 0; i < kBarWidth; ++i) bar += i < filled ? '=' : (i == filled ? '>' : ' ');
  std::array<char, 64> percent{};
  std::snprintf(percent.data(), percent.size(), "%3.0f%%", share * 100);
  std::string line = "[" + std::to_string(at.run + 1) + "/" + std::to_string(at.runs) + "] " +
                     at.variant + " [" + bar + "] " + percent.data() +
                     "  t=" + format_duration(whole_seconds(at.done));
  if (virtual_time && wall > Duration()) {
    std::array<char, 64> speed{};
    std::snprintf(speed.data(), speed.size(), "  %.0fx", at.done.in_seconds() / wall.in_seconds());
    line += speed.data();
  }
  if (!at.fault.empty()) line += "  fault: " + at.fault;
  if (share > 0 && share < 1) {
    line += "  eta " + format_duration(whole_seconds(
                           Duration::from_seconds(wall.in_seconds() * (1 - share) / share)));
  }
  if (static_cast<int>(line.size()) >= columns)
    line.resize(static_cast<size_t>(std::max(columns - 1, 0)));
  return line;
}

ProgressBar::ProgressBar(bool virtual_time, bool quiet)
    : virtual_time_(virtual_time), quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() { finish_line(); }

void ProgressBar::show(const RunProgress& at) {
  if (quiet_) return;
  const int64_t now = now_ms();
  if (at.run != run_) {
    finish_line();
    run_ = at.run;
    run_started_ms_ = now;
    shown_ms_ = 0;
  }
  last_ = progress_line(at, Duration::milliseconds(now - run_started_ms_), virtual_time_,
                        terminal_ ? terminal_columns() : 1000);
  if (!terminal_ || now - shown_ms_ < kRedrawMs) return;
  shown_ms_ = now;
  std::fprintf(stderr, "\r\033[K%s", last_.c_str());
  std::fflush(stderr);
}

void ProgressBar::finish_line() {
  if (quiet_ || last_.empty()) return;
  std::fprintf(stderr, "%s%s\n", terminal_ ? "\r\033[K" : "", last_.c_str());
  last_.clear();
}

}  // namespace pushpull
