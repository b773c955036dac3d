// What Prometheus tells the entries of remote_write apart by: the MD5 of an entry's YAML, as Go
// writes it, defaults and all. Its first digits are the name of an entry that has none. Secrets do
// not count: they are <secret> there, too.
#pragma once

#include <string>

#include "harness/remote_write/config.h"

namespace pushpull {

// As a server of `profile` writes an entry that was read from a file. Requires: config was parsed
// with remote_write_defaults(profile).
std::string entry_yaml(const RemoteWriteConfig& config, const ReleaseProfile& profile);
std::string entry_hash(const RemoteWriteConfig& config,
                       const ReleaseProfile& profile);  // 32 digits

// The label remote_name.
std::string entry_name(const RemoteWriteConfig& config, const ReleaseProfile& profile);

}  // namespace pushpull
