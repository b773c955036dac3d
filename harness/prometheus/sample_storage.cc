#include "harness/prometheus/sample_storage.h"

#include <algorithm>
#include <iterator>

#include "harness/base/check.h"
#include "harness/head/histogram_rules.h"
#include "harness/prometheus/external_labels.h"
#include "harness/prometheus/family_set.h"
#include "harness/prometheus/histogram_checks.h"
#include "harness/prometheus/write_extras_reader.h"
#include "harness/prometheus/write_v2_reader.h"
#include "harness/remote_write/write_payload.h"
#include "harness/remote_write/written_payload_v2.h"
#include "harness/scrape/report.h"
#include "harness/scrape/text_exposition.h"
#include "harness/workload/special_values.h"

namespace pushpull {

SampleStorage::SampleStorage(const Labels& external_labels, const ReleaseProfile& profile,
                             int64_t max_exemplars)
    : external_labels_(external_labels),
      exemplars_(profile.stores_exemplars ? max_exemplars : 0, profile.exemplars_share_timestamps),
      profile_(profile),
      selection_(external_labels) {}

size_t SampleStorage::add_target(const ScrapeTarget& target) {
  targets_.push_back({target,
                      ScrapeCache(target.labels, target.honor_labels,
                                  [this](const Labels& l) { return registry_.ref(l); }),
                      nullptr,
                      {},
                      nullptr,
                      {},
                      nullptr,
                      {},
                      {}});
  return targets_.size() - 1;
}

Decoder SampleStorage::scrape_decoder(size_t target) {
  const TargetState& state = targets_[target];
  const bool histograms =
      state.target.native_histograms.value_or(profile_.scrapes_native_histograms);
  return text_decoder(state.cache.predictor(), {profile_.utf8_names, profile_.normalises_bounds,
                                                histograms && profile_.stores_native_histograms});
}

Result<Storage::Scraped> SampleStorage::read_scrape(size_t target, const ScrapeResult& result,
                                                    Instant now) {
  const auto* exposition = dynamic_cast<const TextExposition*>(result.payload.get());
  CHECK(exposition != nullptr) << "a scrape over real bytes yields an exposition";
  cut_head();
  TargetState& state = targets_[target];
  const wire::ParsedText& parsed = exposition->parsed();
  if (Status status = check_histograms(parsed); !status) return status.error();
  Result<ScrapeCache::Resolved> resolved = state.cache.resolve(parsed);
  if (!resolved) return resolved.error();
  remember_layout(state, resolved->layout);

  auto record = std::make_shared<Record>();
  const std::vector<bool> is_histogram =
      parsed.extras == nullptr || parsed.extras->histograms.empty()
          ? std::vector<bool>()
          : parsed.extras->histogram_mask(parsed.samples.size());
  record->layout = float_layout(state, is_histogram, resolved->layout);
  record->intended = result.intended;
  record->committed = now;
  record->timestamp_ms = result.timestamp_ms;
  record->values.reserve(parsed.samples.size());
  const auto is_float = [&](size_t i) { return is_histogram.empty() || !is_histogram[i]; };
  for (size_t i = 0; i < parsed.samples.size(); ++i) {
    if (is_float(i)) record->values.push_back(parsed.samples[i].value);
  }
  const auto explicit_time = [](const wire::TextSample& s) {
    return s.timestamp_ms != wire::kNoTimestamp;
  };
  if (state.target.honor_timestamps && std::ranges::any_of(parsed.samples, explicit_time)) {
    record->timestamps.reserve(parsed.samples.size());
    for (size_t i = 0; i < parsed.samples.size(); ++i) {
      const wire::TextSample& sample = parsed.samples[i];
      if (!is_float(i)) continue;
      record->timestamps.push_back(explicit_time(sample) ? sample.timestamp_ms
                                                         : result.timestamp_ms);
    }
  }
  Scraped scraped;
  scraped.samples = parsed.samples.size();
  scraped.series_added = resolved->series_added;
  scraped.ended =
      ended(state.cache.take_vanished(parsed, *resolved->layout, state.target.honor_timestamps));
  scraped.slices.push_back(Slice::whole(std::move(record)));
  if (parsed.extras != nullptr) {
    take_extras(state, parsed, *resolved->layout, result, now, scraped);
  }
  return scraped;
}

// As in Prometheus, one that cannot be stored fails the scrape.
Status SampleStorage::check_histograms(const wire::ParsedText& parsed) const {
  if (parsed.extras == nullptr) return {};
  for (const auto& [_, histogram] : parsed.extras->histograms) {
    if (auto defect = histogram_defect(histogram, histogram_checks(profile_))) {
      return Error{*defect};
    }
  }
  return {};
}

std::shared_ptr<const Layout> SampleStorage::float_layout(
    TargetState& state, const std::vector<bool>& is_histogram,
    const std::shared_ptr<const Layout>& all) {
  if (is_histogram.empty()) return all;
  // A series may be a float in one scrape and a histogram in the next.
  if (state.floats_of.lock() != all || state.histograms_of != is_histogram) {
    std::vector<uint64_t> refs;
    for (uint32_t i = 0; i < all->size(); ++i) {
      if (!is_histogram[i]) refs.push_back(all->ref(i));
    }
    state.floats = layouts_.add(std::make_shared<Layout>(std::move(refs)));
    state.floats_of = all;
    state.histograms_of = is_histogram;
  }
  return state.floats;
}

void SampleStorage::take_extras(TargetState& state, const wire::ParsedText& parsed,
                                const Layout& all, const ScrapeResult& result, Instant now,
                                Scraped& scraped) {
  const auto time_of = [&](uint32_t sample) {
    const int64_t own = parsed.samples[sample].timestamp_ms;
    const bool taken = state.target.honor_timestamps && own != wire::kNoTimestamp;
    return taken ? own : result.timestamp_ms;
  };
  ExtrasBuilder builder;
  for (const auto& [sample, exposed] : parsed.extras->histograms) {
    NativeHistogram histogram = exposed;
    histogram.timestamp_ms = time_of(sample);
    builder.add(all.ref(sample), std::move(histogram));
  }
  for (const auto& [sample, exposed] : parsed.extras->exemplars) {
    if (!exemplars_.enabled()) break;
    Exemplar exemplar = exposed;
    if (!exemplar.dated) exemplar.timestamp_ms = time_of(sample);
    builder.add(all.ref(sample), std::move(exemplar));
  }
  Record common;
  common.intended = result.intended;
  common.committed = now;
  common.timestamp_ms = result.timestamp_ms;
  ExtrasBuilder::Slices slices = builder.build(common, state.extras);
  for (const Slice* slice : {&slices.histograms, &slices.exemplars}) {
    if (slice->count > 0) layouts_.add(slice->record->layout);
  }
  scraped.histograms = std::move(slices.histograms);
  scraped.exemplars = std::move(slices.exemplars);
}

// Layouts that are not scraped any more stay known while records of them live: their samples may
// still be dropped.
void SampleStorage::remember_layout(TargetState& state,
                                    const std::shared_ptr<const Layout>& layout) {
  if (state.scraped == layout) return;
  state.retired.push_back(std::exchange(state.scraped, layouts_.add(layout)));
  sweep_retired(state);
  scraped_layouts_[layout.get()] = &state.target;
}

void SampleStorage::sweep_retired(TargetState& state) {
  std::erase_if(state.retired, [this](const std::shared_ptr<const Layout>& old) {
    const bool unused = old == nullptr || old.use_count() == 1;
    if (unused) scraped_layouts_.erase(old.get());
    return unused;
  });
}

void SampleStorage::sweep_blocks() {
  std::erase_if(blocks_, [](const auto& entry) { return entry.second.layout.expired(); });
}

// Called before refs are looked up, never between that and their commit.
void SampleStorage::cut_head() {
  const std::optional<int64_t> begin_ms = window_.cut(head_.max_timestamp_ms());
  if (!begin_ms) return;
  for (TargetState& state : targets_) sweep_retired(state);
  sweep_blocks();
  RefTable<bool> named;
  layouts_.for_each([&](const Layout& layout) {
    for (uint32_t p = 0; p < layout.size(); ++p) named.put(layout.ref(p), true);
  });
  std::vector<uint64_t> gone;
  registry_.for_each([&](uint64_t ref) {
    const Newest* newest = head_.find(ref);
    const bool sampled = newest != nullptr && newest->timestamp_ms >= *begin_ms;
    if (!sampled && named.find(ref) == nullptr) gone.push_back(ref);
  });
  registry_.forget(gone);
  for (const uint64_t ref : gone) {
    head_.forget(ref);
    verdicts_.erase(ref);
    if (forgotten_) forgotten_(ref);
  }
}

const ScrapeTarget* SampleStorage::target_of(const Layout& layout) const {
  const auto it = scraped_layouts_.find(&layout);
  return it == scraped_layouts_.end() ? nullptr : it->second;
}

EndedSeries SampleStorage::end_all(size_t target) {
  return ended(targets_[target].cache.take_all());
}

EndedSeries SampleStorage::ended(std::vector<uint64_t> refs) {
  std::vector<uint64_t> histograms;
  if (head_.has_histograms()) {
    const auto is_histogram = [this](uint64_t ref) { return head_.find_histogram(ref) != nullptr; };
    std::ranges::copy_if(refs, std::back_inserter(histograms), is_histogram);
    std::erase_if(refs, is_histogram);
  }
  EndedSeries ended;
  if (!refs.empty()) {
    ended = EndedSeries::all(layouts_.add(std::make_shared<Layout>(std::move(refs))));
  }
  if (!histograms.empty()) {
    ended.histograms = layouts_.add(std::make_shared<Layout>(std::move(histograms)));
  }
  return ended;
}

Record SampleStorage::stale_histograms(std::shared_ptr<const Layout> layout, int64_t timestamp_ms) {
  std::vector<NativeHistogram> histograms;
  for (uint32_t p = 0; p < layout->size(); ++p) {
    const NativeHistogram* newest = head_.find_histogram(layout->ref(p));
    histograms.push_back(
        stale_histogram(newest == nullptr ? NativeHistogram() : *newest, timestamp_ms));
  }
  return Record::of_histograms(std::move(layout), std::move(histograms));
}

std::shared_ptr<const Layout> SampleStorage::report_layout(size_t target) {
  TargetState& state = targets_[target];
  if (state.report != nullptr) return state.report;
  std::vector<uint64_t> refs;
  for (const std::string_view name : kReportSeries) {
    Labels labels = state.target.labels;
    labels.set("__name__", name);
    refs.push_back(registry_.ref(labels));
  }
  state.report = layouts_.add(std::make_shared<Layout>(std::move(refs)));
  return state.report;
}

Result<ReceivedV1> SampleStorage::read_write(const Payload& payload, Instant now) {
  const auto* written = dynamic_cast<const WrittenPayload*>(&payload);
  CHECK(written != nullptr) << "a write request over real bytes is a WrittenPayload";
  const wire::WrittenRequest& request = written->request();
  const bool mixed = request.has_histograms || request.has_exemplars;
  written_.clear();
  if (request.samples.empty() && !mixed) return ReceivedV1();
  cut_head();
  auto record = std::make_shared<Record>();
  record->intended = record->committed = now;
  ExtrasBuilder extras;
  std::vector<uint64_t> refs;
  refs.reserve(request.samples.size());
  record->values.reserve(request.samples.size());
  record->timestamps.reserve(request.samples.size());
  const bool histograms_end = head_.has_histograms();
  const std::string_view message = request.message;
  for (const wire::WrittenSample& sample : request.samples) {
    // The series after the last one, as nearly always.
    if (registry_.is(last_written_ref_ + 1, sample.label_hash)) {
      ++last_written_ref_;
    } else {
      const Result<uint64_t> ref =
          registry_.ref_of_encoded(message.substr(sample.label_begin, sample.label_size),
                                   sample.label_hash, last_written_ref_ + 1);
      if (!ref) return ref.error();
      last_written_ref_ = *ref;
    }
    const SeriesVerdict* const known = verdicts_.find(last_written_ref_);
    const SeriesVerdict verdict = known != nullptr ? *known : this->verdict(last_written_ref_);
    if (verdict == SeriesVerdict::kSkip) {
      ++invalid_samples_;
      continue;
    }
    if (verdict == SeriesVerdict::kFail) return Error{"label name is not unique: invalid sample"};
    if (histograms_end && is_stale_nan(sample.value)) {
      // A series of histograms ends with one.
      if (const NativeHistogram* newest = head_.find_histogram(last_written_ref_)) {
        extras.add(last_written_ref_, stale_histogram(*newest, sample.timestamp_ms));
        continue;
      }
    }
    refs.push_back(last_written_ref_);
    record->values.push_back(sample.value);
    record->timestamps.push_back(sample.timestamp_ms);
  }
  ReceivedV1 received;
  if (mixed) {
    const WriteExtrasReader reader(registry_, head_, profile_, [this](uint64_t ref) {
      const SeriesVerdict verdict = this->verdict(ref);
      if (verdict == SeriesVerdict::kSkip) ++invalid_samples_;
      return verdict;
    });
    Result<std::string> invalid = reader.read(request, now, refs, extras);
    if (!invalid) return invalid.error();
    if (!invalid->empty() && !profile_.refuses_invalid_histograms) return Error{*invalid};
    received.invalid = std::move(*invalid);
  }
  ExtrasBuilder::Slices slices = extras.build(*record);
  record->layout = std::make_shared<Layout>(std::move(refs));
  written_.push_back(Slice::whole(std::move(record)));
  if (slices.histograms.count > 0) written_.push_back(std::move(slices.histograms));
  for (const Slice& slice : written_) layouts_.add(slice.record->layout);
  if (slices.exemplars.count > 0) layouts_.add(slices.exemplars.record->layout);
  received.slices = written_;
  received.exemplars = std::move(slices.exemplars);
  return received;
}

Result<ReceivedV2> SampleStorage::read_write_v2(const Payload& payload, Instant now) {
  const auto* written = dynamic_cast<const WrittenPayloadV2*>(&payload);
  CHECK(written != nullptr) << "a 2.0 request over real bytes is a WrittenPayloadV2";
  cut_head();
  WriteV2Reader reader(registry_, head_, profile_, [this](uint64_t ref) { return verdict(ref); });
  Result<ReceivedV2> received = reader.read(written->request(), now, last_written_ref_);
  if (!received) return received;
  invalid_samples_ += received->samples_with_invalid_labels;
  for (const ReceivedV2::Items& items : received->items) layouts_.add(items.slice.record->layout);
  if (received->exemplars.slice.count > 0) {
    layouts_.add(received->exemplars.slice.record->layout);
  }
  return received;
}

std::string SampleStorage::series_text(const Layout& layout, uint32_t position) const {
  return label_set_text(registry_.labels(layout.ref(position)));
}

// Judged once per series, when a write request first names it.
SeriesVerdict SampleStorage::verdict(uint64_t ref) {
  if (const SeriesVerdict* known = verdicts_.find(ref)) return *known;
  const SeriesVerdict verdict = judge_series(registry_.labels(ref), profile_);
  verdicts_.put(ref, verdict);
  return verdict;
}

PayloadPtr SampleStorage::federate(const FederateQuery& query, Instant now) {
  std::shared_ptr<const FederatedSeries> selected =
      selection_.select(query, registry_.version(), [this](const SelectionCache::Visit& visit) {
        registry_.for_each([&](uint64_t ref) { visit(ref, registry_.labels(ref)); });
      });
  std::vector<FederatedSample> samples;
  samples.reserve(selected->size());
  for (size_t i = 0; i < selected->size(); ++i) {
    const Newest* newest = head_.find(selected->ref(i));
    if (newest == nullptr) continue;
    // The text format has no native histograms: they are left out without a word.
    if (head_.has_histograms() && head_.find_histogram(selected->ref(i)) != nullptr) continue;
    const bool stale = is_stale_nan(newest->value);
    if (!visible_at(now.unix_ms(), kLookbackDelta, newest->timestamp_ms, stale)) continue;
    samples.push_back({static_cast<uint32_t>(i), newest->timestamp_ms, newest->value});
  }
  return std::make_shared<FederateText>(std::move(selected), std::move(samples),
                                        query.gzip ? profile_.gzip_level : FederateText::kPlain);
}

std::vector<wire::FamilyMetadata> SampleStorage::metadata() {
  FamilySet set;
  for (const TargetState& state : targets_) {
    for (const wire::FamilyMetadata& family : state.cache.metadata()) set.add(family);
  }
  return set.take();
}

Labels SampleStorage::series(const Layout& layout, uint32_t position) {
  return with_external_labels(registry_.labels(layout.ref(position)), external_labels_);
}

std::shared_ptr<const wire::LabelBlock> SampleStorage::labels(const Layout& layout) {
  const auto known = blocks_.find(&layout);
  if (known != blocks_.end() && !known->second.layout.expired()) return known->second.block;
  sweep_blocks();
  wire::LabelBlock::Builder builder;
  for (uint32_t p = 0; p < layout.size(); ++p) {
    builder.add(series(layout, p));
  }
  std::shared_ptr<const wire::LabelBlock> block = builder.build();
  blocks_[&layout] = {layout.weak_from_this(), block};
  return block;
}

}  // namespace pushpull
