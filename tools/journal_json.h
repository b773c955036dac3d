// Entries of a journal as JSON, for people and for tools that are not written in C++.
#pragma once

#include <nlohmann/json.hpp>

#include "harness/measure/journal_entry.h"

namespace pushpull {

// {"entry": "answered", "target": 0 …}: fields as journal_entry.h names them. Times are nanoseconds
// since the Unix epoch; a run of positions is [first, stride, count].
nlohmann::ordered_json journal_json(const journal::Entry& entry);

}  // namespace pushpull
