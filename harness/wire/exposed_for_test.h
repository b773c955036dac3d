// What the tests of expositions find in what was parsed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/number_format.h"
#include "harness/wire/exposed_series.h"

namespace pushpull::wire {

inline Labels labels_of(const ParsedText& parsed, size_t i) {
  const TextSample& sample = parsed.samples[i];
  return read_exposed_series(std::string_view(parsed.text).substr(sample.begin, sample.size))
      .value()
      .labels;
}

// `name{a="b"} 1 @1700000000000` for each sample, "histogram" for a native one's value.
inline std::vector<std::string> shown(const ParsedText& parsed) {
  std::vector<bool> histograms(parsed.samples.size());
  if (parsed.extras != nullptr) histograms = parsed.extras->histogram_mask(parsed.samples.size());
  std::vector<std::string> lines;
  for (size_t i = 0; i < parsed.samples.size(); ++i) {
    const Labels labels = labels_of(parsed, i);
    std::string line =
        (labels.size() == 1 ? std::string(labels.metric_name()) : labels.to_string()) + " ";
    histograms[i] ? void(line += "histogram") : append_number(line, parsed.samples[i].value);
    if (parsed.samples[i].timestamp_ms != kNoTimestamp) {
      line += " @" + std::to_string(parsed.samples[i].timestamp_ms);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

// `2: {a="b"} 1 @5` for each exemplar, without a time where it has none.
inline std::vector<std::string> exemplars(const ParsedText& parsed) {
  std::vector<std::string> lines;
  if (parsed.extras == nullptr) return lines;
  for (const auto& [sample, exemplar] : parsed.extras->exemplars) {
    std::string line = std::to_string(sample) + ": " + exemplar.labels.to_string() + " ";
    append_number(line, exemplar.value);
    if (exemplar.dated) line += " @" + std::to_string(exemplar.timestamp_ms);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace pushpull::wire
