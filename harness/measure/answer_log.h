// When targets answered which scrape: turns (target, sample timestamp) into an ordinal.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/base/time.h"
#include "harness/measure/journal.h"

namespace pushpull {

// Not thread-safe.
class AnswerLog {
 public:
  // Samples of an answer are dated at most this much after its arrival: clocks of two processes.
  static constexpr Duration kClockSlack = Duration::milliseconds(2);

  // Targets are numbered 0 … targets-1. A scrape reaches its target within `max_delay` of its
  // timestamp (the scrape timeout will do).
  AnswerLog(uint32_t targets, Duration max_delay) : max_delay_(max_delay), answers_(targets) {}

  // Any order; targets that are not of the workload are ignored.
  void answered(uint32_t target, uint64_t ordinal, Instant arrival);
  // Takes the answers of a target role's journal, now and whenever a lookup finds nothing.
  void follow(JournalReader journal) { journals_.push_back(std::move(journal)); }

  struct Answer {
    Instant arrival;
    uint64_t ordinal = 0;
  };
  // The first answer at or after the timestamp: a scraper dates samples when it starts to ask, and
  // it asks again only after the answer.
  std::optional<Answer> find(uint32_t target, int64_t timestamp_ms);

  // A scraper that stood still makes up for one scrape as soon as it goes on, which may be right
  // before the next.
  static constexpr Duration kMadeUp = Duration::milliseconds(20);
  // The answer that find() may have meant instead of `first`: where that came before the
  // timestamp's millisecond was over, and another came right behind it, time alone does not tell.
  std::optional<Answer> find_other(uint32_t target, int64_t timestamp_ms,
                                   const Answer& first) const;

 private:
  std::optional<Answer> find_known(uint32_t target, int64_t timestamp_ms) const;

  Duration max_delay_;
  std::vector<std::vector<Answer>> answers_;  // by target, ascending by arrival
  std::vector<JournalReader> journals_;
};

}  // namespace pushpull
