#include "harness/run/foreign_central.h"

#include <algorithm>
#include <tuple>

#include "harness/measure/journal.h"
#include "harness/run/cluster_config.h"
#include "harness/workload/special_values.h"

namespace pushpull {
namespace {

using Matcher = wire::ReadMatcher;

// Of one group of targets: labels of this many series come with each answer.
constexpr int64_t kSeriesPerPart = 50'000;
constexpr size_t kTargetsPerPart = 500;
// What a central adds to a target that it scrapes is fewer than this.
constexpr int64_t kOwnSeries = 20;
// What takes longer is no fetch.
constexpr Duration kLongestFetch = Duration::hours(1);

template <class Kind, class F>
Status for_each(const std::string& path, F f) {
  Result<JournalReader> reader = JournalReader::open(path);
  if (!reader) return reader.error();
  while (const std::optional<journal::Entry> entry = reader->next()) {
    if (const auto* wanted = std::get_if<Kind>(&*entry)) f(*wanted);
  }
  return {};
}

}  // namespace

ForeignCentral::ForeignCentral(const Workload& workload, ForeignCentralSpec spec)
    : workload_(workload),
      spec_(std::move(spec)),
      known_(known_series(workload, spec_.leaves)),
      index_(*known_,
             [this](uint64_t ref) {
               const Result<Labels> labels = wire::decode_labels(*regions_[ref - 1]);
               return labels ? *labels : Labels();
             }),
      answers_(static_cast<uint32_t>(workload.targets().size()), spec_.max_delay),
      resolver_(*known_, index_, answers_, spec_.value_error),
      fetches_(spec_.fetched.size()) {}

Status ForeignCentral::follow(const std::string& targets_journal) {
  Result<JournalReader> reader = JournalReader::open(targets_journal);
  if (!reader) return reader.error();
  answers_.follow(std::move(*reader));
  targets_journals_.push_back(targets_journal);
  return {};
}

std::vector<ReadPart> ForeignCentral::parts() const {
  std::vector<ReadPart> parts;
  std::vector<Matcher> others = {{Matcher::Type::kMatches, "__name__", ".+"}};
  std::string instances;
  int64_t series = 0;
  size_t targets = 0;
  const auto close = [&] {
    if (targets == 0) return;
    parts.push_back(
        {{{Matcher::Type::kMatches, "instance", instances}}, series, spec_.scrape_interval});
    others.push_back({Matcher::Type::kMatchesNot, "instance", std::exchange(instances, "")});
    series = 0;
    targets = 0;
  };
  for (const Target& target : workload_.targets()) {
    if (targets > 0) instances += '|';
    instances += wire::quote_expression(target.target_labels().get("instance"));
    series += target.size();
    if (++targets == kTargetsPerPart || series >= kSeriesPerPart) close();
  }
  close();
  const auto leaves = static_cast<int64_t>(std::max<size_t>(spec_.fetched.size(), 1));
  const Duration interval = spec_.fetched.empty() ? spec_.scrape_interval : spec_.fetch_interval;
  parts.push_back({std::move(others), leaves * kOwnSeries, interval});
  return parts;
}

void ForeignCentral::take(const wire::WrittenRequest& answer) {
  std::vector<Observer::ForeignSample> samples;
  for (const wire::WrittenSample& sample : answer.samples) {
    const uint64_t ref =
        ref_of(std::string_view(answer.message).substr(sample.label_begin, sample.label_size));
    if (const auto& own = own_[ref - 1]) {
      note_fetch(*own, sample);
    } else {
      samples.push_back({ref, sample.timestamp_ms, sample.value, Fate::kStored});
    }
  }
  // Series by series they came; scrape by scrape they pack into runs.
  std::ranges::sort(samples, {}, [this](const Observer::ForeignSample& sample) {
    const SeriesId id = index_.of(sample.ref);
    return std::tuple(id.target, sample.timestamp_ms, id.position);
  });
  ResolvedSamples resolved = resolver_.resolve(samples, spec_.read_at);
  std::ranges::move(resolved.received, std::back_inserter(all_.received));
  all_.leaf_made += resolved.leaf_made;
  all_.rounded += resolved.rounded;
  all_.corrupted += resolved.corrupted;
  all_.unknown += resolved.unknown;
}

uint64_t ForeignCentral::ref_of(std::string_view region) {
  const auto [it, fresh] = refs_.try_emplace(std::string(region), regions_.size() + 1);
  if (fresh) {
    regions_.push_back(&it->first);
    const Result<Labels> labels = wire::decode_labels(region);
    own_.push_back(labels ? own_series(*labels) : std::nullopt);
  }
  return it->second;
}

std::optional<ForeignCentral::OwnSeries> ForeignCentral::own_series(const Labels& labels) const {
  // With honor_labels off, what a leaf exposes carries these too, and its own as exported_….
  if (labels.get("job") != kFederateJob || labels.has("exported_job")) return std::nullopt;
  const auto leaf = std::ranges::find(spec_.fetched, labels.get("instance"));
  if (leaf == spec_.fetched.end()) return std::nullopt;
  const std::string_view name = labels.metric_name();
  const auto kind = name == "up"                        ? OwnSeries::Kind::kUp
                    : name == "scrape_duration_seconds" ? OwnSeries::Kind::kDuration
                                                        : OwnSeries::Kind::kOther;
  return OwnSeries{static_cast<size_t>(leaf - spec_.fetched.begin()), kind};
}

void ForeignCentral::note_fetch(const OwnSeries& series, const wire::WrittenSample& sample) {
  const bool in_time = 0 < sample.timestamp_ms && sample.timestamp_ms <= spec_.end.unix_ms();
  if (series.kind == OwnSeries::Kind::kOther || !in_time || is_stale_nan(sample.value)) return;
  Fetched& fetched = fetches_[series.leaf][sample.timestamp_ms];
  if (series.kind == OwnSeries::Kind::kUp) {
    fetched.up = sample.value == 1;
  } else if (sample.value >= 0 && sample.value < kLongestFetch.in_seconds()) {
    fetched.took = Duration::from_seconds(sample.value);
  }
}

Status ForeignCentral::write(const std::vector<std::string>& leaf_journals,
                             const std::string& path) {
  for (const std::string& leaf : leaf_journals) {
    const Status read = read_acknowledged(leaf);
    if (!read) return read;
  }
  if (!spec_.fetched.empty()) {
    const Status read = read_arrivals();
    if (!read) return read;
  }
  Result<JournalWriter> writer = JournalWriter::open(path);
  if (!writer) return writer.error();
  write_fetches(*writer);
  for (const journal::Received& entry : all_.received) write_received(*writer, entry);
  if (all_.leaf_made != LeafMade()) writer->append(journal::LeafMadeTally{all_.leaf_made});
  if (all_.corrupted + all_.unknown > 0)
    writer->append(journal::Unresolved{all_.corrupted, all_.unknown});
  if (all_.rounded > 0)
    writer->append(journal::Counter{std::string(kRoundedSamples), spec_.read_at, all_.rounded});
  return writer->flush();
}

Status ForeignCentral::read_acknowledged(const std::string& leaf_journal) {
  return for_each<journal::Acknowledged>(leaf_journal, [this](const journal::Acknowledged& e) {
    const auto answer = answers_.find(e.target, e.timestamp_ms);
    const uint32_t size = answer ? workload_.target(e.target).size() : 0;
    if (!e.positions.fits(size)) return;
    std::vector<Instant>& times = acknowledged_[{e.target, answer->ordinal}];
    times.resize(size, Instant::max());
    for (uint32_t i = 0; i < e.positions.count; ++i) {
      Instant& time = times[e.positions.position(i)];
      time = std::min(time, e.at);
    }
  });
}

Status ForeignCentral::read_arrivals() {
  for (const std::string& path : targets_journals_) {
    const Status read = for_each<journal::Answered>(path, [this](const journal::Answered& e) {
      arrivals_[{e.target, e.ordinal}] = e.arrival;
    });
    if (!read) return read;
  }
  return {};
}

void ForeignCentral::write_fetches(JournalWriter& writer) const {
  int64_t attempts = 0;
  int64_t failed = 0;
  for (size_t leaf = 0; leaf < fetches_.size(); ++leaf) {
    for (const auto& [timestamp_ms, fetched] : fetches_[leaf]) {
      if (!fetched.up) continue;
      ++attempts;
      if (!*fetched.up) ++failed;
      writer.append(journal::Federated{spec_.fetched[leaf], Instant::from_unix_ms(timestamp_ms),
                                       *fetched.up});
    }
  }
  if (attempts > 0) writer.append(journal::Counter{"requests", spec_.read_at, attempts});
  if (failed > 0) writer.append(journal::Counter{"requests_failed", spec_.read_at, failed});
}

void ForeignCentral::write_received(JournalWriter& writer, const journal::Received& entry) const {
  if (!spec_.fetched.empty()) {
    journal::Received stamped = entry;
    stamped.visible = fetched_at(entry);
    writer.append(stamped);
    return;
  }
  const auto times = acknowledged_.find({entry.target, entry.ordinal});
  if (times == acknowledged_.end()) {
    writer.append(entry);
    return;
  }
  // Those of one shard are evenly spaced, and lie between those of the others.
  std::map<Instant, RunBuilder> builders;
  const auto emit = [&](Instant visible, const std::optional<PositionRun>& run) {
    if (run)
      writer.append(journal::Received{entry.target, entry.ordinal, *run, entry.fate, visible});
  };
  for (uint32_t i = 0; i < entry.positions.count; ++i) {
    const uint32_t position = entry.positions.position(i);
    const Instant visible = std::min(times->second[position], spec_.read_at);
    emit(visible, builders[visible].add(position));
  }
  for (auto& [visible, builder] : builders) emit(visible, builder.finish());
}

// The end of the first fetch that may have brought the scrape: it ended, at the earliest, when the
// target had answered.
Instant ForeignCentral::fetched_at(const journal::Received& entry) const {
  const auto arrival = arrivals_.find({entry.target, entry.ordinal});
  if (arrival == arrivals_.end()) return spec_.read_at;
  const size_t leaf = entry.target / (workload_.targets().size() / workload_.leaves());
  for (const auto& [timestamp_ms, fetched] : fetches_[leaf]) {
    const Instant end = Instant::from_unix_ms(timestamp_ms) + fetched.took;
    // Starts are dated by their place on the grid, which may be a moment early.
    if (fetched.up == true && arrival->second <= end + AnswerLog::kClockSlack)
      return std::max(end, arrival->second);
  }
  return spec_.read_at;
}

}  // namespace pushpull
