#include "harness/prometheus/size_models.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "harness/federation/federate_text.h"
#include "harness/prometheus/shard_stream.h"
#include "harness/remote_write/write_payload.h"

namespace pushpull {
namespace {

constexpr int64_t kLargestWrite = 16'384;
constexpr size_t kLargestFitted = 200'000;

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
    const Generations generations = target.generations(kSampledOrdinal);
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
          {i, sampled_timestamp_ms(*target, scrape_interval), target->value(position, ordinal)});
    }
    const auto count = static_cast<int64_t>(samples.size());
    return wire::SizedBody{count,
                           FederateText(selected, std::move(samples), gzip_level).wire_size()};
  };
  std::vector<wire::SizedBody> fitted;
  std::vector<wire::SizedBody> held_out;
  for (uint64_t draw = 0; draw < 3; ++draw) {
    fitted.push_back(body(kSampledOrdinal + 10 * draw, origin.size()));
    held_out.push_back(body(kSampledOrdinal + 10 * draw + 5, origin.size()));
  }
  fitted.push_back(body(kSampledOrdinal, origin.size() / 2));
  return wire::SizeModel::fit(fitted, held_out);
}

}  // namespace pushpull
