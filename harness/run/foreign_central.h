// A real central writes no journal. What it holds at the end of a run is read back, and this writes
// the journal that a central of ours would have written, as far as it can be known.
//
// Which samples are there is exact. When they became visible is bounded:
// - push, a leaf of ours: by the arrival of the 2xx at the leaf, which is later by the way back; a
//   sample that was never acknowledged, by the time of reading;
// - push, a real leaf: not at all, and so every sample has the time of reading;
// - pull: by scrape start + the central's stored scrape_duration_seconds, of the first fetch that
//   may have brought the sample; the commit comes a moment later.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/base/result.h"
#include "harness/measure/answer_log.h"
#include "harness/measure/sample_resolver.h"
#include "harness/measure/series_index.h"
#include "harness/prometheus/sent_series.h"
#include "harness/systems/read_back.h"
#include "harness/workload/workload.h"

namespace pushpull {

struct ForeignCentralSpec {
  std::vector<std::string>
      fetched;  // addresses of the leaves, as the central fetched them; or none
  Duration scrape_interval;
  Duration fetch_interval;              // pull
  Duration max_delay;                   // see AnswerLog
  Instant end;                          // of the drain: later fetches are none of the run's
  std::vector<SentLabels> leaves = {};  // push: what leaves make of labels; see known_series()
  double value_error = 0;               // see SampleResolver
  Instant read_at;                      // when everything that will be read is there
};

// Not thread-safe.
class ForeignCentral {
 public:
  // `workload` is borrowed.
  ForeignCentral(const Workload& workload, ForeignCentralSpec spec);
  ForeignCentral(const ForeignCentral&) = delete;
  ForeignCentral& operator=(const ForeignCentral&) = delete;

  // Before samples are taken: the journal of a target role. Error: it cannot be read.
  Status follow(const std::string& targets_journal);
  // What to ask for: the series of the workload in groups, and all that is none of them.
  std::vector<ReadPart> parts() const;
  // An answer to one of these questions. Bytes that are no label set are nobody's sample.
  void take(const wire::WrittenRequest& answer);
  // Once, when roles have ended. `leaf_journals`: of leaves of ours. Error: a journal cannot be
  // read or written.
  Status write(const std::vector<std::string>& leaf_journals, const std::string& path);

 private:
  // A series that the central makes itself when it scrapes a leaf.
  struct OwnSeries {
    size_t leaf;
    enum class Kind { kUp, kDuration, kOther } kind;
  };
  struct Fetched {
    std::optional<bool> up;
    Duration took;
  };
  using Scrape = std::pair<uint32_t, uint64_t>;  // target, ordinal

  uint64_t ref_of(std::string_view region);
  std::optional<OwnSeries> own_series(const Labels& labels) const;
  void note_fetch(const OwnSeries& series, const wire::WrittenSample& sample);
  Status read_acknowledged(const std::string& leaf_journal);
  Status read_arrivals();
  void write_fetches(JournalWriter& writer) const;
  void write_received(JournalWriter& writer, const journal::Received& entry) const;
  Instant fetched_at(const journal::Received& entry) const;

  const Workload& workload_;
  const ForeignCentralSpec spec_;
  std::vector<std::string> targets_journals_;
  const std::unique_ptr<const KnownSeries> known_;
  SeriesIndex index_;
  AnswerLog answers_;
  SampleResolver resolver_;

  std::unordered_map<std::string, uint64_t> refs_;  // by encoded labels
  std::vector<const std::string*> regions_;         // keys of refs_, by ref - 1
  std::vector<std::optional<OwnSeries>> own_;       // by ref - 1

  ResolvedSamples all_;
  std::vector<std::map<int64_t, Fetched>> fetches_;      // by leaf, by timestamp
  std::map<Scrape, std::vector<Instant>> acknowledged_;  // by position; max() where never
  std::map<Scrape, Instant> arrivals_;                   // of scrapes at their target
};

}  // namespace pushpull
