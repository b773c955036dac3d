#include "harness/prometheus/sent_series.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "harness/base/check.h"
#include "harness/measure/workload_series.h"
#include "harness/prometheus/external_labels.h"
#include "harness/scrape/report.h"
#include "harness/wire/write_request.h"

namespace pushpull {
namespace {

uint64_t hash_of(const Labels& labels) {
  std::string region;
  wire::encode_labels(labels, region);
  return wire::hash_of_labels(region);
}

const SentLabels& leaf_of(const Workload& workload, const std::vector<SentLabels>& leaves,
                          const Target& target) {
  return leaves[target.id() / (workload.targets().size() / workload.leaves())];
}

// Calls f(id, stored labels, sent labels) for the series of one generation that are sent.
template <class F>
void for_each_sent(const Target& target, const SentLabels& leaf, uint64_t generation, F&& f) {
  for (uint32_t p = 0; p < target.size(); ++p) {
    const Labels stored = target.stored_labels(p, generation);
    Labels sent = stored;
    if (!leaf.apply(sent)) continue;
    f(SeriesId{SeriesId::Kind::kWorkload, target.id(), p, static_cast<uint32_t>(generation)},
      stored, sent);
  }
}

// Beside kReportSeries, what vmagent makes of each target; the second in later releases
// than 1.79.
constexpr std::array<std::string_view, 2> kVmagentSeries = {"scrape_timeout_seconds",
                                                            "scrape_response_size_bytes"};

// The same for the series that a leaf, whatever it is, may make about the target.
template <class F>
void for_each_sent_report(const Target& target, const SentLabels& leaf, F&& f) {
  std::vector<std::string_view> names(kReportSeries.begin(), kReportSeries.end());
  names.insert(names.end(), kVmagentSeries.begin(), kVmagentSeries.end());
  for (const std::string_view name : names) {
    Labels stored = target.target_labels();
    stored.set("__name__", name);
    Labels sent = stored;
    if (leaf.apply(sent)) f(SeriesId{SeriesId::Kind::kLeafMade, target.id(), 0, 0}, stored, sent);
  }
}

// Finds series by a hash of all their labels, as rules may have changed any of them.
class RelabelledSeries : public KnownSeries {
 public:
  RelabelledSeries(const Workload& workload, std::vector<SentLabels> leaves)
      : workload_(workload), plain_(workload), leaves_(std::move(leaves)) {
    CHECK(leaves_.size() == workload.leaves());
    churns_ = std::ranges::any_of(workload.targets(), &Target::churns);
    for (const Target& target : workload.targets()) {
      for_each_sent_report(target, leaf_of(workload_, leaves_, target),
                           [this](const SeriesId& id, const Labels&, const Labels& sent) {
                             entries_.emplace_back(hash_of(sent), id);
                           });
    }
    add_generation();
    if (churns_) add_generation();
  }

  SeriesId find(const Labels& labels) const override {
    const uint64_t hash = hash_of(labels);
    // Generations come one after the other: beyond the one behind the newest there is none yet.
    do {
      const auto at = std::ranges::lower_bound(entries_, hash, {}, &Entry::first);
      if (at != entries_.end() && at->first == hash) {
        newest_found_ = std::max<uint64_t>(newest_found_, at->second.generation);
        return at->second;
      }
    } while (churns_ && generations_ < newest_found_ + kAhead && add_generation());
    return {};
  }
  bool has(const SeriesId& series, uint64_t ordinal) const override {
    return plain_.has(series, ordinal);
  }
  void values(uint32_t target, uint64_t ordinal, std::span<const uint32_t> positions,
              std::span<double> out) const override {
    plain_.values(target, ordinal, positions, out);
  }

 private:
  using Entry = std::pair<uint64_t, SeriesId>;  // hash of the sent labels
  // One that a target may be in the midst of, one that another target may be ahead.
  static constexpr uint64_t kAhead = 3;

  bool add_generation() const {
    for (const Target& target : workload_.targets()) {
      for_each_sent(target, leaf_of(workload_, leaves_, target), generations_,
                    [this](const SeriesId& id, const Labels&, const Labels& sent) {
                      entries_.emplace_back(hash_of(sent), id);
                    });
    }
    ++generations_;
    std::ranges::stable_sort(entries_, {}, &Entry::first);
    return true;
  }

  const Workload& workload_;
  const WorkloadSeries plain_;
  const std::vector<SentLabels> leaves_;
  bool churns_ = false;
  mutable std::vector<Entry> entries_;  // by hash
  mutable uint64_t generations_ = 0;    // that entries_ has
  mutable uint64_t newest_found_ = 0;
};

class Checker {
 public:
  Checker(const Workload& workload, const std::vector<SentLabels>& leaves)
      : workload_(workload), leaves_(leaves) {}

  Status check() {
    for_each([this](const SeriesId&, const Labels& stored, const Labels& sent) {
      if (sent.metric_name().empty() && nameless_.empty()) nameless_ = stored.to_string();
      hashes_.push_back(hash_of(sent));
    });
    if (!nameless_.empty()) {
      return Error{"relabelling leaves " + nameless_ +
                   " without a metric name, and receivers skip such a series without an error; "
                   "keep __name__"};
    }
    std::ranges::sort(hashes_);
    const auto twice = std::ranges::adjacent_find(hashes_);
    return twice == hashes_.end() ? Status() : Status(collision(*twice));
  }

 private:
  template <class F>
  void for_each(F&& f) const {
    uint64_t series = 0;
    for (const Target& target : workload_.targets()) {
      if (series >= kCheckedSeries) return;
      const SentLabels& leaf = leaf_of(workload_, leaves_, target);
      for_each_sent_report(target, leaf, f);
      for (uint64_t generation = 0; generation <= (target.churns() ? 1 : 0); ++generation)
        for_each_sent(target, leaf, generation, f);
      series += target.size();
    }
  }

  Error collision(uint64_t hash) const {
    std::vector<std::string> stored;
    std::string common;
    for_each([&](const SeriesId&, const Labels& before, const Labels& sent) {
      if (hash_of(sent) != hash) return;
      stored.push_back(before.to_string());
      common = sent.to_string();
    });
    return {"relabelling makes two series one, " + common + ": " + stored.at(0) + " and " +
            stored.at(1) + "; keep a label that tells them apart"};
  }

  const Workload& workload_;
  const std::vector<SentLabels>& leaves_;
  std::vector<uint64_t> hashes_;
  std::string nameless_;
};

}  // namespace

bool SentLabels::apply(Labels& stored) const {
  stored = with_external_labels(std::move(stored), external);
  return rules.apply(stored);
}

std::unique_ptr<KnownSeries> known_series(const Workload& workload,
                                          std::vector<SentLabels> leaves) {
  const bool changed = std::ranges::any_of(
      leaves, [](const SentLabels& leaf) { return leaf.rules.changes_labels(); });
  if (!changed) return std::make_unique<WorkloadSeries>(workload);
  return std::make_unique<RelabelledSeries>(workload, std::move(leaves));
}

Status check_sent_series(const Workload& workload, const std::vector<SentLabels>& leaves) {
  CHECK(leaves.size() == workload.leaves());
  const bool changed = std::ranges::any_of(
      leaves, [](const SentLabels& leaf) { return leaf.rules.changes_labels(); });
  return changed ? Checker(workload, leaves).check() : Status();
}

std::vector<uint32_t> relabelled_positions(const Target& target, const Generations& generations,
                                           const SentLabels& leaf) {
  std::vector<uint32_t> dropped;
  for (uint32_t p = 0; p < target.size(); ++p) {
    Labels labels = target.stored_labels(p, generations.of(p));
    if (!leaf.apply(labels)) dropped.push_back(p);
  }
  return dropped;
}

}  // namespace pushpull
