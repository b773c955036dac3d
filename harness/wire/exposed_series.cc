#include "harness/wire/exposed_series.h"

#include <algorithm>
#include <vector>

#include "harness/base/number_format.h"
#include "harness/wire/label_name.h"
#include "harness/wire/proto_writer.h"
#include "harness/wire/utf8.h"
#include "harness/workload/bucket_counts.h"

namespace pushpull::wire {

namespace {

constexpr std::string_view kName = "__name__";

// The buckets of one side, by index, without the empty ones.
template <class T>
void compact_side(std::vector<BucketSpan>& spans, std::vector<T>& buckets, bool deltas) {
  const auto behind_first = std::span(spans).subspan(std::min<size_t>(1, spans.size()));
  // Not a histogram; who stores it says so.
  if (std::ranges::any_of(behind_first, [](const BucketSpan& s) { return s.offset < 0; })) return;
  std::vector<BucketSpan> kept_spans;
  std::vector<T> kept;
  int64_t index = 0;
  int64_t next = 0;  // index behind the last kept one
  T absolute{};
  T last{};
  size_t bucket = 0;
  for (const BucketSpan& span : spans) {
    index += span.offset;
    for (uint32_t i = 0; i < span.length; ++i, ++index, ++bucket) {
      absolute = deltas ? add_counts(absolute, buckets[bucket]) : buckets[bucket];
      if (absolute == T{}) continue;
      if (!kept.empty() && index == next) {
        ++kept_spans.back().length;
      } else {
        kept_spans.push_back({static_cast<int32_t>(index - next), 1});
      }
      kept.push_back(deltas ? subtract_counts(absolute, last) : absolute);
      last = absolute;
      next = index + 1;
    }
  }
  spans = std::move(kept_spans);
  buckets = std::move(kept);
}

}  // namespace

Status check_exposed_series(std::span<const ExposedLabel> labels,
                            const ExpositionDialect& dialect) {
  const NameScheme names = dialect.utf8_names ? NameScheme::kUtf8 : NameScheme::kLegacy;
  bool named = false;
  for (const auto& [name, value] : labels) {
    if (!valid_label_name(name, names)) return Error{"a label name that is none"};
    if (!valid_utf8(value)) return Error{"the label value is not valid UTF-8"};
    if (name != kName) continue;
    named = true;
    if (!valid_metric_name(value, names)) return Error{"a metric name that is none"};
  }
  if (!named) return Error{"a series without a metric name"};
  return {};
}

void append_exposed_series(std::string& out, std::span<const ExposedLabel> labels) {
  for (const auto& [name, value] : labels) {
    append_varint(out, name.size());
    out += name;
    append_varint(out, value.size());
    out += value;
  }
}

Result<ParsedSeries> read_exposed_series(std::string_view series) {
  ParsedSeries parsed;
  std::vector<Label> labels;
  ProtoReader reader(series);
  while (!reader.done()) {
    std::string_view name;
    std::string_view value;
    if (!reader.read_bytes(name) || !reader.read_bytes(value)) {
      return Error{"not a series of an exposition"};
    }
    if (value.empty()) parsed.empty_names.emplace_back(name);
    labels.push_back({std::string(name), std::string(value)});
  }
  std::vector<std::string_view> names;
  for (const Label& label : labels) names.push_back(label.name);
  std::ranges::sort(names);
  if (std::ranges::adjacent_find(names) != names.end()) return Error{"a label is given twice"};
  parsed.labels = Labels(std::move(labels));
  return parsed;
}

void append_bound(std::string& out, double value) {
  const size_t begin = out.size();
  append_number(out, value);
  // "NaN", "+Inf": no digits, no point.
  if (out.find_first_of("e.Nn", begin) == std::string::npos) out += ".0";
}

void compact(NativeHistogram& h) {
  if (h.is_float()) {
    compact_side(h.positive_spans, h.positive_counts, false);
    compact_side(h.negative_spans, h.negative_counts, false);
  } else {
    compact_side(h.positive_spans, h.positive_deltas, true);
    compact_side(h.negative_spans, h.negative_deltas, true);
  }
}

}  // namespace pushpull::wire
