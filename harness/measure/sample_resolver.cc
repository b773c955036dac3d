#include "harness/measure/sample_resolver.h"

#include <cmath>
#include <optional>

#include "harness/workload/special_values.h"

namespace pushpull {

namespace {

// Packs samples of the same scrape and fate into runs.
class ReceivedRuns {
 public:
  ReceivedRuns(Instant visible, std::vector<journal::Received>& out)
      : visible_(visible), out_(out) {}

  void add(uint32_t target, uint64_t ordinal, uint32_t position, Fate fate) {
    if (target != target_ || ordinal != ordinal_ || fate != fate_) {
      finish();
      target_ = target;
      ordinal_ = ordinal;
      fate_ = fate;
    }
    emit(builder_.add(position));
  }
  void finish() { emit(builder_.finish()); }

 private:
  void emit(const std::optional<PositionRun>& run) {
    if (run) out_.push_back(journal::Received{target_, ordinal_, *run, fate_, visible_});
  }

  Instant visible_;
  std::vector<journal::Received>& out_;
  RunBuilder builder_;
  uint32_t target_ = 0;
  uint64_t ordinal_ = 0;
  Fate fate_ = Fate::kStored;
};

// The answer log's answer to the last question: samples of one scrape ask the same.
class LastAnswer {
 public:
  explicit LastAnswer(AnswerLog& answers) : answers_(answers) {}

  // Null if there is none.
  const AnswerLog::Answer* find(uint32_t target, int64_t timestamp_ms) {
    if (!asked_ || target != target_ || timestamp_ms != timestamp_ms_) {
      asked_ = true;
      target_ = target;
      timestamp_ms_ = timestamp_ms;
      answer_ = answers_.find(target, timestamp_ms);
    }
    return answer_ ? &*answer_ : nullptr;
  }

 private:
  AnswerLog& answers_;
  bool asked_ = false;
  uint32_t target_ = 0;
  int64_t timestamp_ms_ = 0;
  std::optional<AnswerLog::Answer> answer_;
};

}  // namespace

void SampleResolver::compare_with(uint64_t ordinal) {
  scrape_.expected.resize(scrape_.positions.size());
  known_.values(scrape_.target, ordinal, scrape_.positions, scrape_.expected);
  scrape_.corrupted = 0;
  for (size_t i = 0; i < scrape_.samples.size(); ++i) {
    const double value = scrape_.samples[i]->value;
    const double expected = scrape_.expected[i];
    if (!same_value(expected, value) && !rounded(expected, value)) ++scrape_.corrupted;
  }
}

void SampleResolver::compare() {
  compare_with(scrape_.answer.ordinal);
  const size_t corrupted = scrape_.corrupted;
  if (corrupted == 0) return;
  const auto other = answers_.find_other(scrape_.target, scrape_.timestamp_ms, scrape_.answer);
  if (!other) return;
  compare_with(other->ordinal);
  if (scrape_.corrupted < corrupted) {
    scrape_.answer = *other;
  } else {
    compare_with(scrape_.answer.ordinal);
  }
}

// False where either is not a number.
bool SampleResolver::rounded(double expected, double value) const {
  return value_error_ > 0 && std::abs(value - expected) <= value_error_ * std::abs(expected);
}

ResolvedSamples SampleResolver::resolve(std::span<const Observer::ForeignSample> samples,
                                        Instant visible) {
  ResolvedSamples resolved;
  ReceivedRuns runs(visible, resolved.received);
  LastAnswer answers(answers_);
  const auto finish_scrape = [&] {
    compare();
    resolved.corrupted += static_cast<int64_t>(scrape_.corrupted);
    for (size_t i = 0; i < scrape_.samples.size(); ++i) {
      const Observer::ForeignSample& sample = *scrape_.samples[i];
      const bool same = same_value(scrape_.expected[i], sample.value);
      if (!same && !rounded(scrape_.expected[i], sample.value)) continue;
      resolved.rounded += same ? 0 : 1;
      runs.add(scrape_.target, scrape_.answer.ordinal, scrape_.positions[i], sample.fate);
    }
    scrape_.positions.clear();
    scrape_.samples.clear();
  };
  for (const Observer::ForeignSample& sample : samples) {
    const SeriesId id = index_.of(sample.ref);
    if (id.kind == SeriesId::Kind::kUnknown) {
      ++resolved.unknown;
      continue;
    }
    if (id.kind == SeriesId::Kind::kLeafMade || is_stale_nan(sample.value)) {
      resolved.leaf_made += leaf_made_received(sample.fate, 1);
      continue;
    }
    const AnswerLog::Answer* const answer = answers.find(id.target, sample.timestamp_ms);
    if (answer == nullptr || !known_.has(id, answer->ordinal)) {
      ++resolved.unknown;
      continue;
    }
    if (id.target != scrape_.target || sample.timestamp_ms != scrape_.timestamp_ms) {
      finish_scrape();
      scrape_.target = id.target;
      scrape_.timestamp_ms = sample.timestamp_ms;
      scrape_.answer = *answer;
    }
    scrape_.positions.push_back(id.position);
    scrape_.samples.push_back(&sample);
  }
  finish_scrape();
  runs.finish();
  return resolved;
}

}  // namespace pushpull
