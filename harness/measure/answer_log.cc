#include "harness/measure/answer_log.h"

#include <algorithm>

namespace pushpull {

void AnswerLog::answered(uint32_t target, uint64_t ordinal, Instant arrival) {
  if (target >= answers_.size()) return;
  std::vector<Answer>& answers = answers_[target];
  const auto at = std::ranges::upper_bound(answers, arrival, {}, &Answer::arrival);
  answers.insert(at, Answer{arrival, ordinal});
}

std::optional<AnswerLog::Answer> AnswerLog::find(uint32_t target, int64_t timestamp_ms) {
  const std::optional<Answer> known = find_known(target, timestamp_ms);
  if (known) return known;
  bool more = false;
  for (JournalReader& journal : journals_) {
    while (const auto entry = journal.next()) {
      const auto* answer = std::get_if<journal::Answered>(&*entry);
      if (answer == nullptr) continue;
      answered(answer->target, answer->ordinal, answer->arrival);
      more = true;
    }
  }
  return more ? find_known(target, timestamp_ms) : std::nullopt;
}

std::optional<AnswerLog::Answer> AnswerLog::find_known(uint32_t target,
                                                       int64_t timestamp_ms) const {
  // Beyond these a timestamp is no time of a run, and nanoseconds might overflow.
  constexpr int64_t kMostMs = Instant::max().unix_ms() / 2;
  if (target >= answers_.size() || timestamp_ms < 0 || timestamp_ms > kMostMs) return std::nullopt;
  const Instant asked = Instant::from_unix_ms(timestamp_ms);
  const std::vector<Answer>& answers = answers_[target];
  const auto found = std::ranges::lower_bound(answers, asked - kClockSlack, {}, &Answer::arrival);
  if (found == answers.end() || found->arrival - asked > max_delay_) return std::nullopt;
  return *found;
}

std::optional<AnswerLog::Answer> AnswerLog::find_other(uint32_t target, int64_t timestamp_ms,
                                                       const Answer& first) const {
  const Instant asked = Instant::from_unix_ms(timestamp_ms);
  if (first.arrival >= asked + Duration::milliseconds(1)) return std::nullopt;
  const std::vector<Answer>& answers = answers_[target];
  const auto next = std::ranges::upper_bound(answers, first.arrival, {}, &Answer::arrival);
  if (next == answers.end() || next->arrival - first.arrival > kMadeUp) return std::nullopt;
  return *next;
}

}  // namespace pushpull
