// The journal a role of a run writes.
#pragma once

#include <memory>
#include <string>

#include "harness/base/result.h"
#include "harness/measure/journal.h"

namespace pushpull {

// Opens the journal at `path` and notes that the role has started; null where `path` is empty:
// nobody measures. Error: the file cannot be written.
Result<std::unique_ptr<JournalWriter>> open_role_journal(const std::string& path,
                                                         const std::string& role, Instant now);

// Appends and hands it to the operating system at once. A failure is logged: the run's books will
// not balance.
void journal_now(JournalWriter& journal, const journal::Entry& entry);

}  // namespace pushpull
