#include "harness/prometheus/sample_storage.h"

#include <algorithm>

#include "harness/base/check.h"
#include "harness/prometheus/external_labels.h"
#include "harness/prometheus/family_set.h"
#include "harness/prometheus/write_v2_reader.h"
#include "harness/remote_write/write_payload.h"
#include "harness/remote_write/written_payload_v2.h"
#include "harness/scrape/report.h"
#include "harness/scrape/text_exposition.h"
#include "harness/workload/special_values.h"

namespace pushpull {

SampleStorage::SampleStorage(const Labels& external_labels, const ReleaseProfile& profile)
    : external_labels_(external_labels), profile_(profile), selection_(external_labels) {}

size_t SampleStorage::add_target(const ScrapeTarget& target) {
  targets_.push_back({target,
                      ScrapeCache(target.labels, target.honor_labels,
                                  [this](const Labels& l) { return registry_.ref(l); }),
                      nullptr,
                      {},
                      nullptr});
  return targets_.size() - 1;
}

Decoder SampleStorage::scrape_decoder(size_t target) {
  return text_decoder(targets_[target].cache.predictor());
}

Result<Storage::Scraped> SampleStorage::read_scrape(size_t target, const ScrapeResult& result,
                                                    Instant now) {
  const auto* exposition = dynamic_cast<const TextExposition*>(result.payload.get());
  CHECK(exposition != nullptr) << "a scrape over real bytes yields text";
  cut_head();
  TargetState& state = targets_[target];
  const wire::ParsedText& parsed = exposition->parsed();
  Result<ScrapeCache::Resolved> resolved = state.cache.resolve(parsed);
  if (!resolved) return resolved.error();
  remember_layout(state, resolved->layout);

  auto record = std::make_shared<Record>();
  record->layout = resolved->layout;
  record->intended = result.intended;
  record->committed = now;
  record->timestamp_ms = result.timestamp_ms;
  record->values.reserve(parsed.samples.size());
  for (const wire::TextSample& sample : parsed.samples) record->values.push_back(sample.value);
  const auto explicit_time = [](const wire::TextSample& s) {
    return s.timestamp_ms != wire::kNoTimestamp;
  };
  if (state.target.honor_timestamps && std::ranges::any_of(parsed.samples, explicit_time)) {
    record->timestamps.reserve(parsed.samples.size());
    for (const wire::TextSample& sample : parsed.samples) {
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
  return scraped;
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
  if (refs.empty()) return {};
  return EndedSeries::all(layouts_.add(std::make_shared<Layout>(std::move(refs))));
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

Result<std::span<const Slice>> SampleStorage::read_write(const Payload& payload, Instant now) {
  const auto* written = dynamic_cast<const WrittenPayload*>(&payload);
  CHECK(written != nullptr) << "a write request over real bytes is a WrittenPayload";
  const wire::WrittenRequest& request = written->request();
  if (request.samples.empty()) return std::span<const Slice>();
  cut_head();
  auto record = std::make_shared<Record>();
  record->intended = record->committed = now;
  std::vector<uint64_t> refs;
  refs.reserve(request.samples.size());
  record->values.reserve(request.samples.size());
  record->timestamps.reserve(request.samples.size());
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
    refs.push_back(last_written_ref_);
    record->values.push_back(sample.value);
    record->timestamps.push_back(sample.timestamp_ms);
  }
  record->layout = layouts_.add(std::make_shared<Layout>(std::move(refs)));
  written_ = Slice::whole(std::move(record));
  return std::span<const Slice>(&written_, 1);
}

Result<ReceivedV2> SampleStorage::read_write_v2(const Payload& payload, Instant now) {
  const auto* written = dynamic_cast<const WrittenPayloadV2*>(&payload);
  CHECK(written != nullptr) << "a 2.0 request over real bytes is a WrittenPayloadV2";
  cut_head();
  WriteV2Reader reader(registry_, profile_, [this](uint64_t ref) { return verdict(ref); });
  Result<ReceivedV2> received = reader.read(written->request(), now, last_written_ref_);
  if (!received) return received;
  invalid_samples_ += received->samples_with_invalid_labels;
  for (const Slice& slice : received->slices) layouts_.add(slice.record->layout);
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
