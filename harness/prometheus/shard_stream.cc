#include "harness/prometheus/shard_stream.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "harness/base/random.h"
#include "harness/scrape/report.h"

namespace pushpull {
namespace {

double bytes_of(const Labels& labels) {
  double bytes = 0;
  for (const Label& label : labels) {
    bytes += static_cast<double>(label.name.size() + label.value.size());
  }
  return bytes;
}

}  // namespace

int64_t sampled_timestamp_ms(const Target& target, Duration scrape_interval) {
  constexpr int64_t kSomeMs = 1'767'225'600'000;
  return kSomeMs +
         static_cast<int64_t>(mix64(target.id()) % static_cast<uint64_t>(scrape_interval.ms() + 1));
}

ShardStream::ShardStream(const Workload& workload, const SentLabels& sent, uint32_t shards,
                         uint32_t shard, Duration scrape_interval)
    : sent_(sent), shards_(shards), shard_(shard) {
  for (const Target& target : workload.targets_of(0)) {
    const int64_t time = sampled_timestamp_ms(target, scrape_interval);
    scrapes_.push_back({&target, time, false});
    scrapes_.push_back({&target, time, true});
  }
  std::ranges::stable_sort(scrapes_, {}, &Scrape::timestamp_ms);
  uint64_t ref = 1;
  for (Scrape& scrape : scrapes_) {
    const Target& target = *scrape.target;
    constexpr uint32_t kReports = kReportSeries.size();
    scrape.layout = scrape.report ? std::make_shared<Layout>(ref, kReports, nullptr)
                                  : std::make_shared<Layout>(ref, target.size(), &target,
                                                             target.generations(kSampledOrdinal));
    ref += scrape.layout->size();
    scrape.label_bytes =
        scrape.report ? bytes_of(report_labels(target.target_labels(), 0)) : label_bytes(target);
  }
}

std::vector<wire::WriteSlice> ShardStream::cut(int64_t samples, double place) {
  const std::vector<size_t>& starts = by_weight(samples);
  const auto rank = static_cast<size_t>(place * static_cast<double>(starts.size()));
  // Bodies begin anywhere in their first scrape: of bodies with neighbouring places at places that
  // have nothing to do with each other.
  const double skipped = std::fmod(place * 1000 * std::numbers::phi, 1);
  return cut_from(starts[rank], skipped, samples);
}

std::vector<wire::WriteSlice> ShardStream::cut_from(size_t at, double skipped, int64_t samples) {
  std::vector<wire::WriteSlice> slices;
  size_t without = 0;  // scrapes in a row of which nothing is sent
  for (uint64_t ordinal = kSampledOrdinal; samples > 0 && without < scrapes_.size();) {
    Slice part = part_of(scrapes_[at], ordinal);
    part = part.tail(static_cast<uint32_t>(std::exchange(skipped, 0) * part.count));
    part = part.head(static_cast<uint32_t>(std::min<int64_t>(samples, part.count)));
    samples -= part.count;
    without = part.count > 0 ? 0 : without + 1;
    if (part.count > 0) slices.push_back({std::move(part), scrapes_[at].labels});
    if (++at == scrapes_.size()) at = 0, ++ordinal;
  }
  return slices;
}

// Where bodies of so many samples may begin, at what a target answers, by what their labels weigh.
const std::vector<size_t>& ShardStream::by_weight(int64_t samples) {
  const auto [it, is_new] = by_weight_.try_emplace(samples);
  if (!is_new) return it->second;
  std::vector<std::pair<double, size_t>> weighed;
  for (size_t i = 0; i < scrapes_.size(); ++i) {
    if (!scrapes_[i].report) weighed.emplace_back(weight(i, samples), i);
  }
  std::ranges::sort(weighed);
  for (const auto& [weight, start] : weighed) it->second.push_back(start);
  return it->second;
}

// Of the labels of a body that begins in the middle of this scrape.
double ShardStream::weight(size_t at, int64_t samples) const {
  double sum = 0;
  double left = static_cast<double>(samples) * shards_;
  double part = 0.5;
  for (size_t n = 0; left > 0 && n < scrapes_.size(); ++n, at = (at + 1) % scrapes_.size()) {
    const double series = std::min(left, part * scrapes_[at].layout->size());
    sum += series * scrapes_[at].label_bytes;
    left -= series;
    part = 1;
  }
  return sum;
}

double ShardStream::label_bytes(const Target& target) {
  const auto [it, is_new] = label_bytes_.try_emplace(&target.shape());
  if (!is_new) return it->second;
  constexpr uint32_t kLooked = 50;
  const uint32_t step = std::max(1u, target.size() / kLooked);
  uint32_t looked = 0;
  for (uint32_t p = 0; p < target.size(); p += step, ++looked) {
    it->second += bytes_of(target.stored_labels(p));
  }
  return it->second /= looked;
}

// The shard's part of one scrape.
Slice ShardStream::part_of(Scrape& scrape, uint64_t ordinal) {
  if (scrape.labels == nullptr) label(scrape);
  auto record = std::make_shared<Record>();
  record->layout = scrape.layout;
  record->ordinal = ordinal;
  record->timestamp_ms = scrape.timestamp_ms;
  if (scrape.report) {
    constexpr Duration kSomeDuration = Duration::microseconds(1234);
    const auto values = report_values(true, kSomeDuration, scrape.target->size(), 0);
    record->values.assign(values.begin(), values.end());
  }
  const ShardPositions* positions =
      &(scrape.kept == nullptr ? scrape.layout->shard_positions(shards_)
                               : scrape.kept->shard_positions(shards_))[shard_];
  return {std::move(record), positions, 0, positions->count()};
}

void ShardStream::label(Scrape& scrape) {
  const Target& target = *scrape.target;
  const Generations& generations = scrape.layout->generations();
  wire::LabelBlock::Builder builder;
  std::vector<uint32_t> kept;
  for (uint32_t p = 0; p < scrape.layout->size(); ++p) {
    Labels labels = scrape.report ? report_labels(target.target_labels(), p)
                                  : target.stored_labels(p, generations.of(p));
    if (sent_.apply(labels)) kept.push_back(p);
    builder.add(labels);
  }
  scrape.labels = builder.build();
  if (kept.size() < scrape.layout->size()) scrape.kept = &scrape.layout->part(std::move(kept));
}

}  // namespace pushpull
