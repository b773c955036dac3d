// What a Prometheus calls the machine it runs on: with its external labels this decides when it
// scrapes.
#pragma once

#include <string>

namespace pushpull {

// The first name by which the resolver knows the address of the host name (util/osutil.GetFQDN);
// the host name itself where that fails. Blocks while it asks.
std::string machine_name();

}  // namespace pushpull
