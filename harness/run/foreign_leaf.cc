#include "harness/run/foreign_leaf.h"

#include <algorithm>
#include <map>

#include "harness/measure/journal.h"

namespace pushpull {

std::vector<Instant> fit_grid(const std::vector<Instant>& arrivals, Duration interval) {
  if (arrivals.empty()) return {};
  // Phases relative to the first arrival, in (-interval/2, interval/2], so that the grid may lie on
  // either side.
  const auto phase = [&](Instant t) {
    Duration into = (t - arrivals.front()) % interval;
    if (into > interval / 2) into -= interval;
    return into;
  };
  Duration earliest = phase(arrivals.front());
  for (const Instant t : arrivals) earliest = std::min(earliest, phase(t));
  std::vector<Instant> places;
  for (const Instant t : arrivals) places.push_back(t - (phase(t) - earliest));
  return places;
}

Status write_foreign_leaf(const std::string& targets_journal, const Workload& workload,
                          Duration interval, const std::string& leaf_journal) {
  Result<JournalReader> reader = JournalReader::open(targets_journal);
  if (!reader) return reader.error();
  std::map<uint32_t, std::vector<Instant>> arrivals;
  while (const std::optional<journal::Entry> entry = reader->next()) {
    if (const auto* answered = std::get_if<journal::Answered>(&*entry)) {
      if (answered->target < workload.targets().size())
        arrivals[answered->target].push_back(answered->arrival);
    }
  }
  Result<JournalWriter> writer = JournalWriter::open(leaf_journal);
  if (!writer) return writer.error();
  for (const auto& [target, times] : arrivals) {
    const std::vector<Instant> places = fit_grid(times, interval);
    for (size_t i = 0; i < times.size(); ++i) {
      writer->append(journal::Scraped{target, times[i].unix_ms(), workload.target(target).size(),
                                      places[i], times[i]});
    }
  }
  return writer->flush();
}

}  // namespace pushpull
