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

// 420x, of virtual time.
std::string speed_up(Duration done, Duration wall) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.0fx", done.in_seconds() / wall.in_seconds());
  return text.data();
}

// Which run it is: "[2/12] series=10k,link=wan push".
std::string title(const RunProgress& at) {
  return "[" + std::to_string(at.finished) + "/" + std::to_string(at.runs) + "] " +
         (at.cell == "default" ? "" : at.cell + " ") + at.variant +
         (at.repetition > 0 ? " #" + std::to_string(at.repetition + 1) : "");
}

}  // namespace

std::string progress_line(const RunProgress& at, Duration wall, bool virtual_time, int columns) {
  const int filled = static_cast<int>(at.share * kBarWidth);
  std::string bar;
  for (int i = 0; i < kBarWidth; ++i) bar += i < filled ? '=' : (i == filled ? '>' : ' ');
  std::array<char, 64> percent{};
  std::snprintf(percent.data(), percent.size(), "%3.0f%%", at.share * 100);
  std::string line = title(at) + " [" + bar + "] " + percent.data() +
                     "  t=" + format_duration(whole_seconds(at.done));
  if (virtual_time && wall > Duration()) line += "  " + speed_up(at.all_done, wall);
  if (!at.fault.empty()) line += "  fault: " + at.fault;
  if (at.share > 0 && at.share < 1) {
    const Duration left = Duration::from_seconds(wall.in_seconds() * (1 - at.share) / at.share);
    line += "  eta " + format_duration(whole_seconds(left));
  }
  if (static_cast<int>(line.size()) >= columns)
    line.resize(static_cast<size_t>(std::max(columns - 1, 0)));
  return line;
}

std::string finished_line(const RunProgress& at, Duration wall, bool virtual_time) {
  std::array<char, 64> seconds{};
  std::snprintf(seconds.data(), seconds.size(), "%.1f s", wall.in_seconds());
  std::string line =
      title(at) + ": " + format_duration(whole_seconds(at.total)) + " in " + seconds.data();
  if (virtual_time && wall > Duration()) line += ", " + speed_up(at.total, wall);
  return line;
}

ProgressBar::ProgressBar(bool virtual_time, bool quiet)
    : virtual_time_(virtual_time),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) == 1),
      began_ms_(now_ms()) {}

ProgressBar::~ProgressBar() { clear_bar(); }

void ProgressBar::show(const RunProgress& at) {
  if (quiet_) return;
  const int64_t now = now_ms();
  const auto began = run_began_ms_.try_emplace(at.run, now).first;
  if (at.ended) {
    clear_bar();
    const Duration wall = Duration::milliseconds(now - began->second);
    std::fprintf(stderr, "%s\n", finished_line(at, wall, virtual_time_).c_str());
    run_began_ms_.erase(began);
    return;
  }
  if (!terminal_ || now - shown_ms_ < kRedrawMs) return;
  shown_ms_ = now;
  const Duration wall = Duration::milliseconds(now - began_ms_);
  std::fprintf(stderr, "\r\033[K%s",
               progress_line(at, wall, virtual_time_, terminal_columns()).c_str());
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressBar::clear_bar() {
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

}  // namespace pushpull
