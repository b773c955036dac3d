#include "harness/federation/federate_text.h"

#include <algorithm>
#include <utility>

#include "harness/base/spare_strings.h"
#include "harness/wire/compression.h"
#include "harness/wire/text.h"

namespace pushpull {

std::string federated_series(const Labels& series, const Labels& external_labels) {
  std::string out;
  wire::append_series(out, series);
  const auto append = [&out](std::string_view name, std::string_view value) {
    out.pop_back();
    if (out.back() != '{') out += ',';
    out += name;
    out += "=\"";
    append_escaped(out, value);
    out += "\"}";
  };
  for (const Label& label : external_labels) {
    if (!series.has(label.name)) append(label.name, label.value);
  }
  if (!series.has("instance") && !external_labels.has("instance")) append("instance", "");
  return out;
}

void FederatedSeries::Builder::add(uint64_t ref, const Labels& series) {
  if (series.metric_name().empty()) return;
  items_.push_back(
      {std::string(series.metric_name()), federated_series(series, external_labels_), ref});
}

std::shared_ptr<const FederatedSeries> FederatedSeries::Builder::build() {
  // By name, then by the whole line: inside a family the real order is not defined, in practice it
  // is by labels.
  std::ranges::sort(items_, [](const Item& a, const Item& b) {
    return a.name != b.name ? a.name < b.name : a.text < b.text;
  });
  auto series = std::make_shared<FederatedSeries>();
  for (const Item& item : items_) {
    series->arena_ += item.text;
    series->ends_.push_back(series->arena_.size());
    series->name_sizes_.push_back(static_cast<uint32_t>(item.name.size()));
    series->refs_.push_back(item.ref);
  }
  items_.clear();
  return series;
}

FederateText::FederateText(std::shared_ptr<const FederatedSeries> series,
                           std::vector<FederatedSample> samples, int gzip_level)
    : series_(std::move(series)), samples_(std::move(samples)), gzip_level_(gzip_level) {}

std::string FederateText::text() const {
  // With a value, a timestamp and its share of the TYPE lines a line is seldom this much longer.
  constexpr size_t kTail = 48;
  std::string out = spare_strings(SpareUse::kText).take();
  out.clear();
  out.reserve(series_->bytes() + samples_.size() * kTail);
  std::string_view family;
  for (const FederatedSample& sample : samples_) {
    const std::string_view line = series_->text(sample.index);
    const std::string_view name = line.substr(0, series_->name_size(sample.index));
    if (name != family) {
      family = name;
      out += "# TYPE ";
      out += name;
      out += " untyped\n";
    }
    wire::append_sample(out, line, sample.value, sample.timestamp_ms);
  }
  return out;
}

Result<std::string> FederateText::encode() const {
  std::string plain = text();
  if (gzip_level_ == kPlain) return plain;
  std::string member = wire::gzip(plain, gzip_level_);
  spare_strings(SpareUse::kText).give_back(std::move(plain));
  return member;
}

int64_t FederateText::wire_size() const { return static_cast<int64_t>(encode()->size()); }

}  // namespace pushpull
