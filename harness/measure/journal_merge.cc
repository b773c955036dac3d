#include "harness/measure/journal_merge.h"

#include <algorithm>
#include <map>
#include <optional>

#include "harness/measure/answer_log.h"
#include "harness/measure/journal.h"

namespace pushpull {

namespace {

using journal::Entry;

struct Journal {
  std::string path;
  std::vector<Entry> entries;
};

Result<Journal> read(const std::string& path, MergedJournals& merged) {
  Result<JournalReader> reader = JournalReader::open(path);
  if (!reader) return reader.error();
  Journal all{path, {}};
  while (auto entry = reader->next()) all.entries.push_back(std::move(*entry));
  merged.entries += static_cast<int64_t>(all.entries.size());
  if (const int64_t bytes = reader->ignored_bytes(); bytes > 0) {
    merged.torn.push_back(path + ": ignored " + std::to_string(bytes) + " bytes at its end");
  }
  return all;
}

template <class Kind, class F>
void for_each(const std::vector<Journal>& journals, F f) {
  for (const Journal& j : journals) {
    for (const Entry& entry : j.entries) {
      if (const auto* e = std::get_if<Kind>(&entry)) f(*e, j.path);
    }
  }
}

// Tells the instrument everything, scrapes before what became of them, arrivals in order of time.
class Merge {
 public:
  Merge(const std::vector<Journal>& journals, Duration max_delay, Instrument& instrument)
      : journals_(journals),
        answers_(instrument.ledger().targets(), max_delay),
        instrument_(instrument) {}

  Status run() {
    for_each<journal::Answered>(journals_, [&](const auto& e, const std::string&) {
      answers_.answered(e.target, e.ordinal, e.arrival);
    });
    for_each<journal::Scraped>(journals_,
                               [&](const auto& e, const auto& path) { scraped(e, path); });
    tell_failed_scrapes();
    tell_given_up();
    tell_received();
    tell_the_rest();
    for (const Journal& j : journals_) tell_counters(j);
    return error_ ? Status(*error_) : Status();
  }

 private:
  // The first error is the one reported.
  void fail(std::string what) {
    if (error_) return;
    error_ = Error{std::move(what) + "; the run's journals do not belong together"};
  }
  void fail(const std::string& path, std::string_view what, uint32_t target,
            const std::string& which) {
    fail(path + ": " + std::string(what) + " (target " + std::to_string(target) + ", " + which +
         ')');
  }

  bool in_run(Instant begin, Instant end) const {
    const Recorder& recorder = instrument_.recorder();
    return recorder.covers(begin) && recorder.covers(end) && begin <= end;
  }

  void scraped(const journal::Scraped& e, const std::string& path) {
    const std::string when = "timestamp " + std::to_string(e.timestamp_ms);
    auto answer = answers_.find(e.target, e.timestamp_ms);
    if (!answer) return fail(path, "a scrape that no target answered", e.target, when);
    const Ledger& ledger = instrument_.ledger();
    if (ledger.find(e.target, answer->ordinal) != nullptr) {
      // Of two scrapes that close to each other, this must be the second.
      if (const auto other = answers_.find_other(e.target, e.timestamp_ms, *answer)) {
        answer = other;
        second_[{e.target, e.timestamp_ms}] = other->ordinal;
      }
    }
    if (!ledger.acceptable(e.target, answer->ordinal, e.size) || !in_run(e.intended, e.committed)) {
      return fail(path, "a scrape out of range", e.target, when);
    }
    if (ledger.find(e.target, answer->ordinal) != nullptr) {
      return fail(path, "a scrape told twice", e.target, when);
    }
    instrument_.scraped(e.target, answer->ordinal, e.size, e.intended, e.committed);
    instrument_.recorder().generator_late(answer->arrival - e.intended);
  }

  void tell_failed_scrapes() {
    for_each<journal::ScrapeFailed>(journals_, [&](const auto& e, const auto& path) {
      if (e.target >= instrument_.ledger().targets()) {
        return fail(path, "a failed scrape of no target of the run", e.target, e.why);
      }
      instrument_.scrape_failed(e.target, e.intended);
    });
  }

  std::optional<uint64_t> ordinal_of(uint32_t target, int64_t timestamp_ms) {
    const auto second = second_.find({target, timestamp_ms});
    if (second != second_.end()) return second->second;
    const auto answer = answers_.find(target, timestamp_ms);
    return answer ? std::optional(answer->ordinal) : std::nullopt;
  }

  // Calls f(ordinal) for samples given up by a sender, if they are of a known scrape.
  template <class GivenUp, class F>
  void with_ordinal(const GivenUp& e, const std::string& path, F f) {
    const std::optional<uint64_t> ordinal = ordinal_of(e.target, e.timestamp_ms);
    const Ledger::Scrape* scrape =
        ordinal ? instrument_.ledger().find(e.target, *ordinal) : nullptr;
    if (scrape == nullptr || !e.positions.fits(scrape->delivered.size())) {
      return fail(path, "samples given up that were never scraped", e.target,
                  "timestamp " + std::to_string(e.timestamp_ms));
    }
    f(*ordinal);
  }

  void tell_given_up() {
    for_each<journal::Dropped>(journals_, [&](const auto& e, const auto& path) {
      if (e.cause == LossCause::kUnattributed) {
        return fail(path, "samples given up without a cause", e.target, "unattributed");
      }
      with_ordinal(e, path, [&](uint64_t ordinal) {
        instrument_.dropped(e.target, ordinal, e.positions, e.cause);
      });
    });
    for_each<journal::Pending>(journals_, [&](const auto& e, const auto& path) {
      with_ordinal(e, path,
                   [&](uint64_t ordinal) { instrument_.pending(e.target, ordinal, e.positions); });
    });
  }

  void tell_received() {
    std::vector<const journal::Received*> arrivals;
    for_each<journal::Received>(journals_, [&](const auto& e, const std::string& path) {
      const Ledger::Scrape* scrape = instrument_.ledger().find(e.target, e.ordinal);
      const bool fits = scrape == nullptr || e.positions.fits(scrape->delivered.size());
      if (!fits || !instrument_.recorder().covers(e.visible)) {
        return fail(path, "received samples out of range", e.target,
                    "ordinal " + std::to_string(e.ordinal));
      }
      arrivals.push_back(&e);
    });
    std::ranges::stable_sort(arrivals, {}, &journal::Received::visible);
    for (const journal::Received* e : arrivals) {
      instrument_.received(e->target, e->ordinal, e->positions, e->fate, e->visible);
    }
  }

  void tell_the_rest() {
    for_each<journal::Unresolved>(journals_, [&](const auto& e, const std::string&) {
      instrument_.corrupted(e.corrupted);
      instrument_.unknown(e.unknown);
    });
    for_each<journal::LeafMadeTally>(
        journals_, [&](const auto& e, const std::string&) { instrument_.leaf_made(e.made); });
    for_each<journal::Federated>(journals_, [&](const auto& e, const std::string&) {
      instrument_.federated(e.endpoint, e.intended, e.ok);
    });
    for_each<journal::WireBytes>(journals_, [&](const auto& e, const auto& path) {
      Recorder& recorder = instrument_.recorder();
      if (!recorder.covers(e.at)) return fail(path + ": bytes passed the link outside the run");
      recorder.wire_bytes(e.at, e.to_central, e.to_leaf);
    });
  }

  // A counter starts at zero with each start of its role.
  void tell_counters(const Journal& j) {
    Recorder& recorder = instrument_.recorder();
    std::map<std::string, int64_t> since_start;
    const auto close = [&] {
      for (const auto& [name, value] : since_start) recorder.count(name, value);
      since_start.clear();
    };
    for (const Entry& entry : j.entries) {
      if (std::holds_alternative<journal::RoleStarted>(entry)) close();
      if (const auto* e = std::get_if<journal::Counter>(&entry)) since_start[e->name] = e->value;
    }
    close();
  }

  const std::vector<Journal>& journals_;
  AnswerLog answers_;
  Instrument& instrument_;
  // Ordinals of scrapes that the answer log would take for the one right before.
  std::map<std::pair<uint32_t, int64_t>, uint64_t> second_;
  std::optional<Error> error_;
};

}  // namespace

Result<MergedJournals> merge_journals(const std::vector<std::string>& paths, Duration max_delay,
                                      Instrument& instrument) {
  MergedJournals merged;
  std::vector<Journal> journals;
  for (const std::string& path : paths) {
    Result<Journal> journal = read(path, merged);
    if (!journal) return journal.error();
    journals.push_back(std::move(*journal));
  }
  if (const Status status = Merge(journals, max_delay, instrument).run(); !status) {
    return status.error();
  }
  return merged;
}

}  // namespace pushpull
