#include "harness/measure/process_probe.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

namespace pushpull {

namespace {

Result<std::string> read_proc(const std::string& who, const char* file) {
  const std::string path = "/proc/" + who + "/" + file;
  std::ifstream in(path);
  if (!in) return Error{"cannot read " + path + ": is the process still running?"};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<ProcessUsage> probe(const std::string& who) {
  const Result<std::string> stat = read_proc(who, "stat");
  if (!stat) return stat.error();
  const Result<std::string> status = read_proc(who, "status");
  if (!status) return status.error();
  Result<ProcessUsage> usage = parse_proc_stat(*stat, sysconf(_SC_CLK_TCK));
  if (!usage) return usage;
  const Result<int64_t> peak = parse_peak_rss(*status);
  if (!peak) return peak.error();
  usage->peak_rss_bytes = *peak;
  return usage;
}

// The number at the start of `text`, after spaces and tabs.
Result<int64_t> leading_number(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return Error{"not a number: " + std::string(text)};
  return number;
}

}  // namespace

Result<ProcessUsage> probe_process(pid_t pid) { return probe(std::to_string(pid)); }
Result<ProcessUsage> probe_self() { return probe("self"); }

Result<ProcessUsage> parse_proc_stat(std::string_view stat, int64_t ticks_per_second) {
  // The second field is the program's name in parentheses and may itself hold any of them.
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos) return Error{"/proc stat without a program name"};
  std::string_view rest = stat.substr(name_end + 1);
  constexpr int kUserTime = 14;  // fields as proc(5) numbers them; the next one is 3
  for (int field = 3; field <= kUserTime; ++field) {
    const size_t space = rest.find(' ');
    if (space == std::string_view::npos) return Error{"/proc stat ends before the CPU times"};
    rest.remove_prefix(space + 1);
  }
  const Result<int64_t> user = leading_number(rest);
  if (!user) return user.error();
  const Result<int64_t> system = leading_number(rest.substr(std::min(rest.find(' '), rest.size())));
  if (!system) return system.error();
  const auto time = [&](int64_t ticks) {
    return Duration::seconds(ticks / ticks_per_second) +
           Duration::nanoseconds(ticks % ticks_per_second * 1'000'000'000 / ticks_per_second);
  };
  return ProcessUsage{time(*user), time(*system), 0};
}

Result<int64_t> parse_peak_rss(std::string_view status) {
  constexpr std::string_view kKey = "\nVmHWM:";
  const size_t at = status.find(kKey);
  if (at == std::string_view::npos) return Error{"/proc status has no VmHWM: a kernel thread?"};
  const Result<int64_t> kib = leading_number(status.substr(at + kKey.size()));
  if (!kib) return kib.error();
  return *kib * 1024;
}

}  // namespace pushpull
