// Nothing may vanish from the books. A run that breaks one of these equations is invalid:
//   scraped  = delivered + not selected + undersampled + lost (all causes) + pending
//   received = delivered + duplicates + rejected + corrupted + unknown
// over the whole run and over its measure window; and no series made by a leaf arrives that no leaf
// made.
#pragma once

#include <string>
#include <vector>

#include "harness/measure/account.h"

namespace pushpull {

// One line per broken equation, with its numbers; empty where all hold. Pure.
std::vector<std::string> broken_equations(const Accounts& accounts);

}  // namespace pushpull
