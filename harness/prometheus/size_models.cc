#include "harness/prometheus/size_models.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "harness/base/random.h"
#include "harness/federation/federate_text.h"
#include "harness/prometheus/external_labels.h"
#include "harness/remote_write/write_payload.h"
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

// Records of a leaf as its head numbers them, and their labels, made as they are asked for.
class LeafSample {
 public:
  LeafSample(const Workload& workload, const SentLabels& sent, Duration scrape_interval)
      : targets_(workload.targets_of(0)),
        sent_(sent),
        scrape_interval_(scrape_interval),
        layouts_(targets_.size()),
        series_(targets_.size()) {
    uint64_t ref = 1;
    for (size_t t = 0; t < targets_.size(); ++t) {
      layouts_[t] = std::make_shared<Layout>(ref, targets_[t].size(), &targets_[t],
                                             targets_[t].generations(kFirstOrdinal));
      ref += targets_[t].size();
    }
  }

  size_t targets() const { return targets_.size(); }
  const Target& target(size_t t) const { return targets_[t]; }

  // The part of one scrape that `shard` of `shards` gets.
  wire::WriteSlice slice(size_t t, uint64_t ordinal, uint32_t shards, uint32_t shard) {
    auto record = std::make_shared<Record>();
    record->layout = layouts_[t];
    record->ordinal = ordinal;
    record->timestamp_ms = timestamp_ms(targets_[t], scrape_interval_);
    const Series& series = this->series(t);
    const ShardPositions* positions =
        &(series.kept == nullptr ? layouts_[t]->shard_positions(shards)
                                 : series.kept->shard_positions(shards))[shard];
    return {{std::move(record), positions, 0, positions->count()}, series.labels};
  }

 private:
  struct Series {
    std::shared_ptr<const wire::LabelBlock> labels;
    const LayoutPart* kept = nullptr;  // null: all
  };

  const Series& series(size_t t) {
    if (series_[t].labels != nullptr) return series_[t];
    wire::LabelBlock::Builder builder;
    std::vector<uint32_t> kept;
    const Generations& generations = layouts_[t]->generations();
    for (uint32_t p = 0; p < targets_[t].size(); ++p) {
      Labels labels = targets_[t].stored_labels(p, generations.of(p));
      if (sent_.apply(labels)) kept.push_back(p);
      builder.add(labels);
    }
    series_[t].labels = builder.build();
    if (kept.size() < targets_[t].size()) series_[t].kept = &layouts_[t]->part(std::move(kept));
    return series_[t];
  }

  std::span<const Target> targets_;
  SentLabels sent_;
  Duration scrape_interval_;
  std::vector<std::shared_ptr<const Layout>> layouts_;
  std::vector<Series> series_;  // as they are asked for
};

// Where draw number `draw` starts: spread over the targets, so that all their kinds take part.
size_t first_target(int draw, size_t targets) { return (static_cast<size_t>(draw) * 7) % targets; }

}  // namespace

wire::SizeModel measure_write_sizes(const Workload& workload, const SentLabels& sent,
                                    const QueueConfig& queue, WriteMessage message,
                                    Duration scrape_interval) {
  LeafSample leaf(workload, sent, scrape_interval);
  const auto shards = static_cast<uint32_t>(queue.min_shards);
  const auto encode = [&](int64_t samples, int draw) {
    std::vector<wire::WriteSlice> slices;
    const auto shard = static_cast<uint32_t>(draw) % shards;
    size_t t = first_target(draw, leaf.targets());
    size_t without = 0;  // targets in a row of which nothing is sent
    for (uint64_t ordinal = kFirstOrdinal; samples > 0 && without < leaf.targets();
         t = (t + 1) % leaf.targets()) {
      wire::WriteSlice next = leaf.slice(t, ordinal, shards, shard);
      next.slice.count = static_cast<uint32_t>(std::min<int64_t>(samples, next.slice.count));
      samples -= next.slice.count;
      without = next.slice.count > 0 ? 0 : without + 1;
      if (next.slice.count > 0) slices.push_back(std::move(next));
      if (t + 1 == leaf.targets()) ++ordinal;
    }
    return WritePayload(std::move(slices), nullptr, message).wire_size();
  };
  return wire::measure_size_model(std::clamp<int64_t>(queue.max_samples_per_send, 2, kLargestWrite),
                                  encode);
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
