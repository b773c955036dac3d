#include "harness/remote_write/series_rules.h"

#include <algorithm>
#include <string_view>

#include "harness/wire/utf8.h"

namespace pushpull {
namespace {

bool name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool valid_name(std::string_view name, bool colons, bool utf8) {
  if (name.empty()) return false;
  if (utf8) return wire::valid_utf8(name);
  const bool digit_first = name[0] >= '0' && name[0] <= '9';
  return !digit_first && std::ranges::all_of(name, [colons](char c) {
    return name_char(c) || (colons && c == ':');
  });
}

bool valid_series(const Labels& labels, bool utf8) {
  return valid_name(labels.metric_name(), true, utf8) &&
         std::ranges::all_of(labels, [utf8](const Label& label) {
           return valid_name(label.name, false, utf8) && wire::valid_utf8(label.value);
         });
}

}  // namespace

SeriesVerdict judge_series(const Labels& labels, const ReleaseProfile& profile) {
  if (profile.skips_invalid_series && !valid_series(labels, profile.utf8_names)) {
    return SeriesVerdict::kSkip;
  }
  if (labels.empty() || labels.has_duplicate_names()) {
    return profile.skips_repeated_names ? SeriesVerdict::kSkip : SeriesVerdict::kFail;
  }
  return SeriesVerdict::kAccept;
}

std::string series_refusal(const Labels& labels) {
  const auto repeated = std::ranges::adjacent_find(labels, {}, &Label::name);
  if (repeated == labels.end() || labels.metric_name().empty()) {
    return "invalid metric name or labels, got " + label_set_text(labels);
  }
  return "invalid labels for series, labels " + label_set_text(labels) + ", duplicated label " +
         repeated->name;
}

std::string label_set_text(const Labels& labels) {
  const auto append_quoted = [](std::string& out, std::string_view text) {
    out += '"';
    append_escaped(out, text);
    out += '"';
  };
  std::string text = "{";
  for (const Label& label : labels) {
    if (text.size() > 1) text += ", ";
    if (valid_name(label.name, false, false)) {
      text += label.name;
    } else {
      append_quoted(text, label.name);
    }
    text += '=';
    append_quoted(text, label.value);
  }
  return text + "}";
}

}  // namespace pushpull
