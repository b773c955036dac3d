#include "harness/prometheus/size_models.h"

#include <algorithm>
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
// leaf reports about that. In the order of their times, as the head numbers them, over and over.
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
    for (Scrape& scrape : scrapes_) {
      const Target& target = *scrape.target;
      scrape.layout = scrape.report ? std::make_shared<Layout>(1 + series_, kReports, nullptr)
                                    : std::make_shared<Layout>(1 + series_, target.size(), &target,
                                                               target.generations(kFirstOrdinal));
      scrape.first = series_;
      series_ += scrape.layout->size();
    }
  }

  // The next `samples` samples from a place in [0, 1) of a round of scrapes on.
  std::vector<wire::WriteSlice> cut(int64_t samples, double place) {
    std::vector<wire::WriteSlice> slices;
    const auto series = static_cast<uint64_t>(place * static_cast<double>(series_));
    const auto next = std::ranges::upper_bound(scrapes_, series, {}, &Scrape::first);
    auto at = static_cast<size_t>(next - scrapes_.begin() - 1);
    double skipped = static_cast<double>(series - scrapes_[at].first) / scrapes_[at].layout->size();
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

 private:
  // What is the same in all scrapes of a target.
  struct Scrape {
    const Target* target;
    int64_t timestamp_ms;
    bool report;
    std::shared_ptr<const Layout> layout = nullptr;
    uint64_t first = 0;                                        // how many series are in front
    std::shared_ptr<const wire::LabelBlock> labels = nullptr;  // made when first asked for
    const LayoutPart* kept = nullptr;                          // null: all
  };
  static constexpr uint32_t kReports = kReportSeries.size();

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
  uint64_t series_ = 0;  // of all scrapes
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
