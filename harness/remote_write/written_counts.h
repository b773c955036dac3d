// What a Remote Write 2.0 receiver says it has written: the three X-Prometheus-Remote-Write-…
// headers of its answers, good and bad.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/net/message.h"
#include "harness/remote_write/item_counts.h"

namespace pushpull {

using WrittenCounts = ItemCounts;

void add_written(Headers& headers, const WrittenCounts& counts);
// Nothing where no header is there: the receiver speaks 1.0. One that is missing beside others, or
// is no number, counts as 0.
std::optional<WrittenCounts> read_written(const Headers& headers);

}  // namespace pushpull
