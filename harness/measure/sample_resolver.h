// Tells which scraped samples a central has received, from what it can see: labels, timestamps,
// values. The value is a pure function of (series, ordinal); a sample that does not carry it, bit
// by bit, is corrupted, and is not delivered. Where two scrapes are so close that the timestamp
// could be either's, the values tell which it is. Some systems round values on their way: what is
// within the error they are known for is delivered, and counted as rounded.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "harness/measure/account.h"
#include "harness/measure/answer_log.h"
#include "harness/measure/journal_entry.h"
#include "harness/measure/observer.h"
#include "harness/measure/series_index.h"

namespace pushpull {

// The counter of them in journals and results; absent where there are none.
inline constexpr std::string_view kRoundedSamples = "samples_rounded";

// Each sample is in exactly one of these.
struct ResolvedSamples {
  std::vector<journal::Received> received;
  LeafMade leaf_made;   // stale markers of the workload's series included
  int64_t rounded = 0;  // of those received
  int64_t corrupted = 0;
  int64_t unknown = 0;  // nobody's series, or no scrape of that time that has it
};

// Not thread-safe.
class SampleResolver {
 public:
  // Not owned; they outlive the resolver. `value_error`: see System.
  SampleResolver(const KnownSeries& known, SeriesIndex& index, AnswerLog& answers,
                 double value_error = 0)
      : known_(known), index_(index), answers_(answers), value_error_(value_error) {}

  // Samples of one scrape that follow each other come out as runs.
  ResolvedSamples resolve(std::span<const Observer::ForeignSample> samples, Instant visible);

 private:
  // Samples of one scrape that follow each other, until their values are compared all at once.
  struct Scrape {
    uint32_t target = 0;
    int64_t timestamp_ms = 0;
    AnswerLog::Answer answer;
    std::vector<uint32_t> positions;
    std::vector<const Observer::ForeignSample*> samples;
    std::vector<double> expected;  // values of the answer's ordinal, by sample
    size_t corrupted = 0;          // samples that have another
  };
  // Compares the samples of scrape_ with the values of `ordinal`.
  void compare_with(uint64_t ordinal);
  // Compares, and settles which scrape they are of.
  void compare();

  bool rounded(double expected, double value) const;

  const KnownSeries& known_;
  SeriesIndex& index_;
  AnswerLog& answers_;
  const double value_error_;
  Scrape scrape_;  // empty between calls, but for its memory
};

}  // namespace pushpull
