#include "harness/prometheus/size_models.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "harness/base/random.h"
#include "harness/federation/federate_text.h"
#include "harness/prometheus/external_labels.h"
#include "harness/remote_write/write_payload.h"
#include "harness/scrape/report.h"
#include "harness/wire/write_request.h"

namespace pushpull {
namespace {

// Some time into the run, so that counters have the digits they will have.
constexpr uint64_t kFirstOrdinal = 100;
constexpr int64_t kLargestWrite = 16'384;
constexpr size_t kLargestFitted = 200'000;
// Targets are scraped at different milliseconds of the interval: where their lines stand side by
// side, timestamps cost as much as they cost in a run.
int64_t timestamp_ms(const Target& target, Duration scrape_interval) {
  constexpr int64_t kSomeMs = 1'767'225'600'000;
  return kSomeMs +
         static_cast<int64_t>(mix64(target.id()) % static_cast<uint64_t>(scrape_interval.ms() + 1));
}

// What one shard of a leaf sends, scrape by scrape: of each target what it answers, then what the
// leaf reports about that. In the order of their times, over and over.
class ShardStream {
 public:
  ShardStream(const Workload& workload, const SentLabels& sent, uint32_t shards, uint32_t shard,
              Duration scrape_interval)
      : sent_(sent), shards_(shards), shard_(shard) {
    for (const Target& target : workload.targets_of(0)) {
      const int64_t time = timestamp_ms(target, scrape_interval);
      scrapes_.push_back({&target, time, false});
      scrapes_.push_back({&target, time, true});
    }
    std::ranges::stable_sort(scrapes_, {}, &Scrape::timestamp_ms);
    uint64_t ref = 1;
    for (Scrape& scrape : scrapes_) {
      const Target& target = *scrape.target;
      scrape.layout = scrape.report ? std::make_shared<Layout>(ref, kReports, nullptr)
                                    : std::make_shared<Layout>(ref, target.size(), &target,
                                                               target.generations(kFirstOrdinal));
      ref += scrape.layout->size();
      scrape.label_bytes =
          scrape.report ? bytes_of(report_labels(target.target_labels(), 0)) : label_bytes(target);
    }
  }

  // Some `samples` samples in a row. Kinds of targets differ in the size of their labels, so that
  // bodies do by the targets that happen to be in them: places, spread evenly over [0, 1), are of
  // bodies from the lightest to the heaviest, and few tell the mean.
  std::vector<wire::WriteSlice> cut(int64_t samples, double place) {
    const std::vector<size_t>& starts = by_weight(samples);
    const auto rank = static_cast<size_t>(place * static_cast<double>(starts.size()));
    // Bodies begin anywhere in their first scrape.
    constexpr double kGolden = 0.6180339887498949;
    const double skipped = std::fmod(place * 1000 * kGolden, 1);
    return cut_from(starts[rank], skipped, samples);
  }

 private:
  // What is the same in all scrapes of a target.
  struct Scrape {
    const Target* target;
    int64_t timestamp_ms;
    bool report;
    std::shared_ptr<const Layout> layout = nullptr;
    double label_bytes = 0;                                    // of a series, about
    std::shared_ptr<const wire::LabelBlock> labels = nullptr;  // made when first asked for
    const LayoutPart* kept = nullptr;                          // null: all
  };
  static constexpr uint32_t kReports = kReportSeries.size();

  std::vector<wire::WriteSlice> cut_from(size_t at, double skipped, int64_t samples) {
    std::vector<wire::WriteSlice> slices;
    size_t without = 0;  // scrapes in a row of which nothing is sent
    for (uint64_t ordinal = kFirstOrdinal; samples > 0 && without < scrapes_.size();) {
      Slice part = whole(scrapes_[at], ordinal);
      part = part.tail(static_cast<uint32_t>(std::exchange(skipped, 0) * part.count));
      part = part.head(static_cast<uint32_t>(std::min<int64_t>(samples, part.count)));
      samples -= part.count;
      without = part.count > 0 ? 0 : without + 1;
      if (part.count > 0) slices.push_back({std::move(part), scrapes_[at].labels});
      if (++at == scrapes_.size()) at = 0, ++ordinal;
    }
    return slices;
  }

  // Where bodies of so many samples may begin, at what a target answers, by what their labels
  // weigh.
  const std::vector<size_t>& by_weight(int64_t samples) {
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

  // Of a body that begins in the middle of this scrape.
  double weight(size_t at, int64_t samples) const {
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

  static double bytes_of(const Labels& labels) {
    double bytes = 0;
    for (const Label& label : labels) {
      bytes += static_cast<double>(label.name.size() + label.value.size());
    }
    return bytes;
  }

  double label_bytes(const Target& target) {
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
  Slice whole(Scrape& scrape, uint64_t ordinal) {
    if (scrape.labels == nullptr) label(scrape);
    auto record = std::make_shared<Record>();
    record->layout = scrape.layout;
    record->ordinal = ordinal;
    record->timestamp_ms = scrape.timestamp_ms;
    if (scrape.report) {
      const auto samples = static_cast<size_t>(scrape.target->size());
      const auto values = report_values(true, Duration::microseconds(1234), samples, 0);
      record->values.assign(values.begin(), values.end());
    }
    const ShardPositions* positions =
        &(scrape.kept == nullptr ? scrape.layout->shard_positions(shards_)
                                 : scrape.kept->shard_positions(shards_))[shard_];
    return {std::move(record), positions, 0, positions->count()};
  }

  void label(Scrape& scrape) {
    wire::LabelBlock::Builder builder;
    std::vector<uint32_t> kept;
    for (uint32_t p = 0; p < scrape.layout->size(); ++p) {
      Labels labels = scrape.report
                          ? report_labels(scrape.target->target_labels(), p)
                          : scrape.target->stored_labels(p, scrape.layout->generations().of(p));
      if (sent_.apply(labels)) kept.push_back(p);
      builder.add(labels);
    }
    scrape.labels = builder.build();
    if (kept.size() < scrape.layout->size()) scrape.kept = &scrape.layout->part(std::move(kept));
  }

  SentLabels sent_;
  uint32_t shards_;
  uint32_t shard_;
  std::vector<Scrape> scrapes_;
  std::map<const Shape*, double> label_bytes_;        // of a series of these kinds, about
  std::map<int64_t, std::vector<size_t>> by_weight_;  // by samples
};

}  // namespace

wire::SizeModel measure_write_sizes(const Workload& workload, const SentLabels& sent,
                                    const QueueConfig& queue, WriteMessage message,
                                    Duration scrape_interval) {
  // One shard tells of all: each gets every so many series of every target.
  ShardStream stream(workload, sent, static_cast<uint32_t>(queue.min_shards), 0, scrape_interval);
  return wire::measure_size_model(
      std::clamp<int64_t>(queue.max_samples_per_send, 2, kLargestWrite),
      [&](int64_t samples, double place) {
        return WritePayload(stream.cut(samples, place), nullptr, message).wire_size();
      });
}

wire::SizeModel measure_federate_sizes(const Workload& workload, const Labels& external_labels,
                                       int gzip_level, Duration scrape_interval) {
  const std::span<const Target> targets = workload.targets_of(0);
  // Families of all targets stand side by side in a body, so what gzip makes of it depends on how
  // many targets there are: fit to whole bodies, and to halves for the slope.
  FederatedSeries::Builder builder(external_labels);
  std::vector<std::pair<const Target*, uint32_t>> origin;
  for (const Target& target : targets) {
    const Generations generations = target.generations(kFirstOrdinal);
    for (uint32_t p = 0; p < target.size() && origin.size() < kLargestFitted; ++p) {
      builder.add(origin.size(), target.stored_labels(p, generations.of(p)));
      origin.emplace_back(&target, p);
    }
  }
  const std::shared_ptr<const FederatedSeries> selected = builder.build();
  const auto body = [&](uint64_t ordinal, size_t series) {
    std::vector<FederatedSample> samples;
    for (uint32_t i = 0; i < selected->size(); ++i) {
      if (selected->ref(i) >= series) continue;
      const auto& [target, position] = origin[selected->ref(i)];
      samples.push_back(
          {i, timestamp_ms(*target, scrape_interval), target->value(position, ordinal)});
    }
    const auto count = static_cast<int64_t>(samples.size());
    return wire::SizedBody{count,
                           FederateText(selected, std::move(samples), gzip_level).wire_size()};
  };
  std::vector<wire::SizedBody> fitted;
  std::vector<wire::SizedBody> held_out;
  for (uint64_t draw = 0; draw < 3; ++draw) {
    fitted.push_back(body(kFirstOrdinal + 10 * draw, origin.size()));
    held_out.push_back(body(kFirstOrdinal + 10 * draw + 5, origin.size()));
  }
  fitted.push_back(body(kFirstOrdinal, origin.size() / 2));
  return wire::SizeModel::fit(fitted, held_out);
}

}  // namespace pushpull
