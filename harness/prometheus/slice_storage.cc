#include "harness/prometheus/slice_storage.h"

#include <algorithm>
#include <unordered_set>

#include "harness/base/check.h"
#include "harness/prometheus/external_labels.h"
#include "harness/prometheus/family_set.h"
#include "harness/remote_write/series_rules.h"
#include "harness/remote_write/write_payload.h"
#include "harness/scrape/report.h"
#include "harness/wire/text.h"
#include "harness/workload/ref_table.h"
#include "harness/workload/shape.h"
#include "harness/workload/target.h"

namespace pushpull {

SliceStorage::SliceStorage(const Labels& external_labels, SliceSizing sizing)
    : external_labels_(external_labels), sizing_(std::move(sizing)), selection_(external_labels) {}

void SliceStorage::restart() {
  added_ = 0;
  for (TargetState& state : targets_) state.tracked = state.scraped = false;
}

size_t SliceStorage::add_target(const ScrapeTarget& target) {
  if (added_ == targets_.size()) targets_.push_back({target, nullptr, nullptr, false, false});
  const TargetState& state = targets_[added_];
  CHECK(state.target.endpoint == target.endpoint && state.target.path == target.path)
      << "the process before had other targets";
  return added_++;
}

// Takes in the first layout of a lineage, numbered from next_ref_ on.
std::shared_ptr<const Layout> SliceStorage::number(std::shared_ptr<const Layout> layout,
                                                   const TargetState& owner, bool report) {
  next_ref_ += layout->size();
  origins_.insert_or_assign(layout.get(), Origin{&owner, report});
  return layout;
}

// The layout of a scrape: the last one's, unless series were replaced between the two.
void SliceStorage::renew_layout(TargetState& state, const SyntheticExposition& exposition,
                                Scraped& scraped) {
  const Target& target = exposition.target();
  const Generations generations = target.generations(exposition.ordinal());
  if (state.layout == nullptr) {
    state.layout = number(std::make_shared<Layout>(next_ref_, target.size(), &target, generations),
                          state, false);
    scraped.series_added = target.size();
    return;
  }
  if (state.layout->generations() == generations) return;
  EndedSeries ended = {state.layout,
                       changed_positions(state.layout->generations(), generations, target.size()),
                       nullptr};
  state.layout = Layout::after(*ended.layout, generations, next_ref_);
  for (const PositionRange& range : ended.positions) scraped.series_added += range.size();
  next_ref_ += scraped.series_added;
  if (state.tracked && !ended.positions.empty()) scraped.ended = std::move(ended);
}

Result<Storage::Scraped> SliceStorage::read_scrape(size_t target, const ScrapeResult& result,
                                                   Instant now) {
  TargetState& state = targets_[target];
  Scraped scraped;
  scraped.samples = static_cast<size_t>(result.payload->samples());
  if (const auto* federated = dynamic_cast<const SliceExposition*>(result.payload.get())) {
    scraped.slices = federated->slices();  // explicit timestamps: no stale markers for them
    return scraped;
  }
  const auto* exposition = dynamic_cast<const SyntheticExposition*>(result.payload.get());
  CHECK(exposition != nullptr)
      << "a scrape in virtual time yields a synthetic exposition or slices";
  renew_layout(state, *exposition, scraped);
  state.tracked = state.scraped = true;
  auto record = std::make_shared<Record>();
  record->layout = state.layout;
  record->ordinal = exposition->ordinal();
  record->intended = result.intended;
  record->committed = now;
  record->timestamp_ms = result.timestamp_ms;
  scraped.slices.push_back(Slice::whole(std::move(record)));
  return scraped;
}

EndedSeries SliceStorage::end_all(size_t target) {
  TargetState& state = targets_[target];
  if (!state.tracked) return {};
  state.tracked = false;
  return EndedSeries::all(state.layout);
}

std::shared_ptr<const Layout> SliceStorage::report_layout(size_t target) {
  TargetState& state = targets_[target];
  if (state.report == nullptr) {
    state.report = number(
        std::make_shared<Layout>(next_ref_, uint32_t{kReportSeries.size()}, nullptr), state, true);
  }
  return state.report;
}

Record SliceStorage::stale_histograms(std::shared_ptr<const Layout> /*layout*/,
                                      int64_t /*timestamp_ms*/) {
  CHECK(false) << "no workload has native histograms";
  return {};
}

Result<ReceivedV1> SliceStorage::read_write(const Payload& payload, Instant /*now*/) {
  const auto* write = dynamic_cast<const WritePayload*>(&payload);
  CHECK(write != nullptr) << "a write request in virtual time is a WritePayload";
  written_.clear();
  for (const wire::WriteSlice& s : write->slices()) written_.push_back(s.slice);
  return ReceivedV1{written_, {}, {}};
}

// Slices are the same whatever message they would have been written as.
Result<ReceivedV2> SliceStorage::read_write_v2(const Payload& payload, Instant now) {
  const Result<ReceivedV1> received = read_write(payload, now);
  if (!received) return received.error();
  ReceivedV2 all;
  for (const Slice& slice : received->slices) all.items.push_back({slice, {}});
  return all;
}

// The labels of the generator: what the sender added to them is not known here.
std::string SliceStorage::series_text(const Layout& layout, uint32_t position) const {
  const Target* target = layout.target();
  if (target == nullptr) return label_set_text(Labels());
  return label_set_text(target->stored_labels(position, layout.generations().of(position)));
}

PayloadPtr SliceStorage::federate(const FederateQuery& query, Instant now) {
  std::vector<Slice> slices = select(query, now);
  const bool modelled = query.gzip || !sizing_.exact;
  const auto samples = static_cast<int64_t>(sample_count(slices));
  const int64_t size =
      modelled ? sizing_.federate_model(samples, query.gzip) : text_size(query, slices);
  return std::make_shared<FederateSlices>(std::move(slices), size);
}

std::vector<Slice> SliceStorage::select(const FederateQuery& query, Instant now) {
  if (positions_key_ != query.key) {
    positions_.clear();
    positions_key_ = query.key;
  }
  std::vector<Slice> selected;
  for (const Layout* lineage : head_.lineages()) {
    const auto origin = origins_.find(lineage);
    CHECK(origin != origins_.end())
        << "federating what was received by remote write needs labels this head has not";
    const Layout& layout = origin->second.newest();
    const Selected& wanted = selected_positions(query, layout);
    if (wanted.scope == Selected::Scope::kNone) continue;
    for (const Slice& slice : head_.newest(layout, now.unix_ms(), kLookbackDelta)) {
      if (wanted.scope == Selected::Scope::kAll) {
        selected.push_back(slice);
        continue;
      }
      judge_each(
          slice,
          [&](const Slice& part, Fate fate) {
            if (fate == Fate::kStored) selected.push_back(part);
          },
          [&](uint32_t position) {
            return wanted.positions[position] ? Fate::kStored : Fate::kDuplicate;
          });
    }
  }
  return selected;
}

// What a query selects of the newest layout of a lineage. Where series were replaced since the last
// time, only those are judged anew.
const SliceStorage::Selected& SliceStorage::selected_positions(const FederateQuery& query,
                                                               const Layout& layout) {
  using enum Selected::Scope;
  const auto [it, is_new] = positions_.try_emplace(layout.lineage());
  Selected& selected = it->second;
  std::vector<PositionRange> open;
  if (is_new) {
    selected.scope = scope_of(query, origins_.at(layout.lineage()).target->target.labels);
    selected.positions.resize(selected.scope == kEach ? layout.size() : 0);
    open = {{0, layout.size()}};
  } else {
    open = changed_positions(selected.generations, layout.generations(), layout.size());
  }
  if (selected.scope != kEach) return selected;
  for (const PositionRange& range : open) {
    for (uint32_t p = range.begin; p < range.end; ++p)
      selected.positions[p] = query.selects(labels_of(layout, p));
  }
  selected.generations = layout.generations();
  return selected;
}

// What is certain for every series with these labels.
SliceStorage::Selected::Scope SliceStorage::scope_of(const FederateQuery& query,
                                                     const Labels& known) {
  bool none = true;
  for (const Selector& selector : query.selectors) {
    const Selector::Verdict verdict = selector.verdict(known);
    if (verdict == Selector::Verdict::kAll) return Selected::Scope::kAll;
    none &= verdict == Selector::Verdict::kNone;
  }
  return none ? Selected::Scope::kNone : Selected::Scope::kEach;
}

Labels SliceStorage::labels_of(const Layout& layout, uint32_t position) const {
  const Origin& origin = origins_.at(layout.lineage());
  const ScrapeTarget& target = origin.target->target;
  if (origin.report) return report_labels(target.labels, position);
  return with_target_labels(layout.target()->labels(position, layout.generations().of(position)),
                            target.labels, target.honor_labels);
}

// What a scrape of the text would have told. It stays known however many scrapes fail, as a real
// cache only forgets in successful ones.
std::vector<wire::FamilyMetadata> SliceStorage::metadata() {
  FamilySet set;
  std::unordered_set<const Shape*> done;
  for (const TargetState& state : targets_) {
    if (!state.scraped) continue;
    const Shape& shape = state.layout->target()->shape();
    if (!done.insert(&shape).second) continue;
    for (const Family& family : shape.families()) {
      set.add({wire::metadata_type(metric_type_name(family.type())), family.name,
               wire::unescape_help(family.help), ""});
    }
  }
  return set.take();
}

Labels SliceStorage::series(const Layout& layout, uint32_t position) {
  return with_external_labels(labels_of(layout, position), external_labels_);
}

std::shared_ptr<const wire::LabelBlock> SliceStorage::labels(const Layout& layout) {
  if (!sizing_.exact) return nullptr;
  const auto known = blocks_.find(&layout);
  if (known != blocks_.end() && !known->second.layout.expired()) return known->second.block;
  std::erase_if(blocks_, [](const auto& entry) { return entry.second.layout.expired(); });
  wire::LabelBlock::Builder builder;
  for (uint32_t p = 0; p < layout.size(); ++p) {
    builder.add(series(layout, p));
  }
  std::shared_ptr<const wire::LabelBlock> block = builder.build();
  blocks_[&layout] = {layout.weak_from_this(), block};
  return block;
}

int64_t SliceStorage::text_size(const FederateQuery& query, const std::vector<Slice>& slices) {
  std::shared_ptr<const FederatedSeries> selected =
      selection_.select(query, next_ref_, [this](const SelectionCache::Visit& visit) {
        for (const auto& [lineage, origin] : origins_) {
          const Layout& layout = origin.newest();
          for (uint32_t p = 0; p < layout.size(); ++p) visit(layout.ref(p), labels_of(layout, p));
        }
      });
  RefTable<Newest> by_ref;
  for (const Slice& slice : slices) {
    for (uint32_t i = 0; i < slice.count; ++i) {
      const uint32_t position = slice.position(i);
      by_ref.put(slice.record->layout->ref(position),
                 {slice.record->timestamp_ms, slice.record->value(position)});
    }
  }
  std::vector<FederatedSample> samples;
  for (size_t i = 0; i < selected->size(); ++i) {
    if (const Newest* newest = by_ref.find(selected->ref(i))) {
      samples.push_back({static_cast<uint32_t>(i), newest->timestamp_ms, newest->value});
    }
  }
  return FederateText(std::move(selected), std::move(samples), FederateText::kPlain).wire_size();
}

}  // namespace pushpull
