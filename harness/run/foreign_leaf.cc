#include "harness/run/foreign_leaf.h"

#include <algorithm>
#include <map>

#include "harness/measure/journal.h"

namespace pushpull {

std::vector<Instant> fit_grid(const std::vector<Instant>& arrivals, Duration interval) {
  if (arrivals.empty()) return {};
  const Instant origin = *std::ranges::min_element(arrivals);
  std::vector<Duration> phases;  // in [0, interval)
  for (const Instant t : arrivals) phases.push_back((t - origin) % interval);
  std::ranges::sort(phases);
  // Moved on from one phase to the next, the grid comes so much closer to all arrivals, but for
  // those of the phase it leaves: they are late by an interval now.
  const auto count = static_cast<int64_t>(phases.size());
  Duration grid = phases.front(), lateness, least;
  for (size_t i = 1; i < phases.size(); ++i) {
    lateness += interval - (phases[i] - phases[i - 1]) * count;
    if (lateness >= least) continue;
    least = lateness;
    grid = phases[i];
  }
  std::vector<Instant> places;
  places.reserve(arrivals.size());
  for (const Instant t : arrivals) {
    const Duration late = (t - origin - grid) % interval;
    places.push_back(t - (late < Duration() ? late + interval : late));
  }
  return places;
}

namespace {

// What the leaf's rules drop of each scrape of a target. They see labels only: scrapes of the same
// generations lose the same.
class RelabelledRuns {
 public:
  RelabelledRuns(const Target& target, const SentLabels& sent) : target_(target), sent_(sent) {}

  const std::vector<PositionRun>& of(uint64_t ordinal) {
    const Generations generations = target_.generations(ordinal);
    if (!known_ || generations != generations_) {
      runs_.clear();
      RunBuilder builder;
      for (const uint32_t position : relabelled_positions(target_, generations, sent_)) {
        if (const auto run = builder.add(position)) runs_.push_back(*run);
      }
      if (const auto run = builder.finish()) runs_.push_back(*run);
      generations_ = generations;
      known_ = true;
    }
    return runs_;
  }

 private:
  const Target& target_;
  const SentLabels& sent_;
  bool known_ = false;
  Generations generations_;
  std::vector<PositionRun> runs_;
};

struct Answer {
  uint64_t ordinal;
  Instant arrival;
};

}  // namespace

Status write_foreign_leaf(const std::string& targets_journal, const Workload& workload,
                          Duration interval, const SentLabels& sent,
                          const std::string& leaf_journal) {
  Result<JournalReader> reader = JournalReader::open(targets_journal);
  if (!reader) return reader.error();
  std::map<uint32_t, std::vector<Answer>> answers;
  while (const std::optional<journal::Entry> entry = reader->next()) {
    if (const auto* answered = std::get_if<journal::Answered>(&*entry)) {
      if (answered->target < workload.targets().size())
        answers[answered->target].push_back({answered->ordinal, answered->arrival});
    }
  }
  Result<JournalWriter> writer = JournalWriter::open(leaf_journal);
  if (!writer) return writer.error();
  for (const auto& [target, all] : answers) {
    std::vector<Instant> times;
    for (const Answer& answer : all) times.push_back(answer.arrival);
    const std::vector<Instant> places = fit_grid(times, interval);
    RelabelledRuns relabelled(workload.target(target), sent);
    for (size_t i = 0; i < times.size(); ++i) {
      if (i > 0 && times[i].unix_ms() == times[i - 1].unix_ms()) continue;
      writer->append(journal::Scraped{target, times[i].unix_ms(), workload.target(target).size(),
                                      places[i], times[i]});
      if (sent.rules.empty()) continue;
      for (const PositionRun& run : relabelled.of(all[i].ordinal)) {
        writer->append(journal::Dropped{target, times[i].unix_ms(), run, LossCause::kRelabelled});
      }
    }
  }
  return writer->flush();
}

}  // namespace pushpull
