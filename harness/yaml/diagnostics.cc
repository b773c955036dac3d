#include "harness/yaml/diagnostics.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "harness/yaml/secrecy.h"

namespace pushpull::yaml {
namespace {

// Longer lines are not quoted: they are generated, or hostile.
constexpr size_t kMaxQuotedLine = 200;

std::string_view line_of(const std::string& text, int line) {
  size_t begin = 0;
  for (int i = 1; i < line; ++i) {
    begin = text.find('\n', begin);
    if (begin == std::string::npos) return {};
    ++begin;
  }
  std::string_view rest = std::string_view(text).substr(begin);
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

// What stands before the column, as blanks of the same width on a terminal.
std::string blanks(std::string_view prefix) {
  std::string out;
  for (const char c : prefix) {
    if (starts_character(c)) out += c == '\t' ? '\t' : ' ';
  }
  return out;
}

void append(std::string& out, const Position& position, const std::string& message) {
  const Source& source = *position.source;
  if (!out.empty()) out += '\n';
  if (source.is_option) {
    out += source.name + ": error: " + message;
    return;
  }
  const std::string_view line = line_of(source.text, position.line);
  const std::string_view prefix =
      line.substr(0, std::min(line.size(), static_cast<size_t>(position.column - 1)));
  const auto column = 1 + std::count_if(prefix.begin(), prefix.end(), starts_character);
  out += source.name + ":" + std::to_string(position.line) + ":" + std::to_string(column) +
         ": error: " + message;
  if (line.empty() || line.size() > kMaxQuotedLine) return;
  if (may_hold_secret(source.text, position.line)) return;
  out += "\n  " + std::string(line) + "\n  " + blanks(prefix) + "^";
}

}  // namespace

void Diagnostics::error(const Position& position, std::string message) {
  CHECK(position.source != nullptr && position.line >= 1 && position.column >= 1);
  for (const Diagnostic& known : errors_) {
    if (known.position == position && known.message == message) return;
  }
  if (errors_.size() == kMaxKept) {
    ++not_kept_;
    return;
  }
  errors_.push_back(Diagnostic{position, std::move(message)});
}

bool Diagnostics::has_error_at(const Position& position) const {
  return std::any_of(errors_.begin(), errors_.end(),
                     [&](const Diagnostic& known) { return known.position == position; });
}

std::string Diagnostics::to_string() const {
  std::vector<Diagnostic> sorted = errors_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tuple(a.position.source->order, a.position.line, a.position.column) <
           std::tuple(b.position.source->order, b.position.line, b.position.column);
  });
  std::string out;
  for (size_t i = 0; i < std::min(sorted.size(), kMaxPrinted); ++i) {
    append(out, sorted[i].position, sorted[i].message);
  }
  if (sorted.size() > kMaxPrinted) {
    out += "\n… and " + std::to_string(sorted.size() - kMaxPrinted + not_kept_) + " more errors";
  }
  return out;
}

}  // namespace pushpull::yaml
