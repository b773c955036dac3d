#include "harness/remote_write/series_rules.h"

#include <algorithm>

#include "harness/wire/label_name.h"
#include "harness/wire/utf8.h"

namespace pushpull {
namespace {

bool valid_series(const Labels& labels, wire::NameScheme names) {
  return wire::valid_metric_name(labels.metric_name(), names) &&
         std::ranges::all_of(labels, [names](const Label& label) {
           return wire::valid_label_name(label.name, names) && wire::valid_utf8(label.value);
         });
}

}  // namespace

SeriesVerdict judge_series(const Labels& labels, const ReleaseProfile& profile) {
  const auto names = profile.utf8_names ? wire::NameScheme::kUtf8 : wire::NameScheme::kLegacy;
  if (profile.skips_invalid_series && !valid_series(labels, names)) return SeriesVerdict::kSkip;
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
    if (wire::valid_label_name(label.name, wire::NameScheme::kLegacy)) {
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
