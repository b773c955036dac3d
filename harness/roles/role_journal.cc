#include "harness/roles/role_journal.h"

#include "harness/base/log.h"

namespace pushpull {

Result<std::unique_ptr<JournalWriter>> open_role_journal(const std::string& path,
                                                         const std::string& role, Instant now) {
  if (path.empty()) return std::unique_ptr<JournalWriter>();
  Result<JournalWriter> opened = JournalWriter::open(path);
  if (!opened) return opened.error();
  auto journal = std::make_unique<JournalWriter>(std::move(*opened));
  journal->append(journal::RoleStarted{role, now});
  return journal;
}

void journal_now(JournalWriter& journal, const journal::Entry& entry) {
  journal.append(entry);
  const Status flushed = journal.flush();
  if (!flushed) log_error(flushed.error().message);
}

}  // namespace pushpull
