#include "harness/scrape/scrape_cache.h"

#include <algorithm>

#include "harness/wire/exposed_series.h"

namespace pushpull {
namespace {

bool has_refs(const Layout& layout, const std::vector<uint64_t>& refs) {
  if (layout.size() != refs.size()) return false;
  for (uint32_t p = 0; p < layout.size(); ++p) {
    if (layout.ref(p) != refs[p]) return false;
  }
  return true;
}

}  // namespace

ScrapeCache::ScrapeCache(Labels target_labels, bool honor_labels, RefOf ref_of)
    : target_labels_(std::move(target_labels)),
      honor_labels_(honor_labels),
      ref_of_(std::move(ref_of)) {}

Result<uint64_t> ScrapeCache::ref_of_series(std::string_view series, bool encoded) {
  Result<wire::ParsedSeries> parsed =
      encoded ? wire::read_exposed_series(series) : wire::parse_series(series);
  if (!parsed) return parsed.error();
  Labels target = target_labels_;
  // With honor_labels an exposed label with an empty value counts as present: it keeps the target's
  // label away and is then dropped. That is how /federate's instance="" works.
  if (honor_labels_) {
    for (const std::string& name : parsed->empty_names) target.set(name, "");
  }
  return ref_of_(with_target_labels(parsed->labels, target, honor_labels_));
}

Result<ScrapeCache::Resolved> ScrapeCache::resolve(const wire::ParsedText& parsed) {
  if (parsed.predicted && layout_ != nullptr) {
    metadata_.take(parsed);
    return Resolved{layout_, 0};
  }
  std::unordered_map<std::string, uint64_t> refs;
  std::vector<uint64_t> order;
  order.reserve(parsed.samples.size());
  size_t added = 0;
  for (const wire::TextSample& sample : parsed.samples) {
    std::string series = parsed.text.substr(sample.begin, sample.size);
    const auto known = refs_.find(series);
    uint64_t ref = 0;
    if (known != refs_.end()) {
      ref = known->second;
    } else if (const auto repeated = refs.find(series); repeated != refs.end()) {
      ref = repeated->second;
    } else {
      Result<uint64_t> created = ref_of_series(series, parsed.encoded_series);
      if (!created) return created.error();
      ref = *created;
      ++added;
    }
    refs.emplace(std::move(series), ref);
    order.push_back(ref);
  }
  metadata_.take(parsed);
  // As in Prometheus, entries not seen in the last successful scrape are forgotten.
  refs_ = std::move(refs);
  if (parsed.encoded_series) {
    // Nothing predicts these formats: each scrape comes here, mostly with the series of the last.
    predictor_ = nullptr;
    if (layout_ != nullptr && has_refs(*layout_, order)) return Resolved{layout_, added};
  } else {
    predictor_ = std::make_shared<wire::TextPredictor>(parsed);
  }
  layout_ = std::make_shared<Layout>(std::move(order));
  return Resolved{layout_, added};
}

std::vector<uint64_t> ScrapeCache::take_vanished(const wire::ParsedText& parsed,
                                                 const Layout& layout, bool honor_timestamps) {
  const auto has_timestamp = [&](const wire::TextSample& s) {
    return s.timestamp_ms != wire::kNoTimestamp;
  };
  const bool any_timestamp = honor_timestamps && std::ranges::any_of(parsed.samples, has_timestamp);
  if (!any_timestamp && tracked_layout_ == &layout) return {};
  std::unordered_set<uint64_t> now;
  for (size_t i = 0; i < parsed.samples.size(); ++i) {
    if (!honor_timestamps || !has_timestamp(parsed.samples[i]))
      now.insert(layout.ref(static_cast<uint32_t>(i)));
  }
  std::vector<uint64_t> vanished;
  for (const uint64_t ref : tracked_) {
    if (!now.contains(ref)) vanished.push_back(ref);
  }
  std::ranges::sort(vanished);
  tracked_ = std::move(now);
  tracked_layout_ = any_timestamp ? nullptr : &layout;
  return vanished;
}

std::vector<uint64_t> ScrapeCache::take_all() {
  metadata_.failed();
  std::vector<uint64_t> all(tracked_.begin(), tracked_.end());
  std::ranges::sort(all);
  tracked_.clear();
  tracked_layout_ = nullptr;
  return all;
}

}  // namespace pushpull
