// Where the binaries of real servers are.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"

namespace pushpull {

// `path`, or where tools/servers has put it: <servers>/<package>/usr/bin/<program>
// ($PUSHPULL_SERVERS names another folder than build/servers). A name that is neither is left to
// PATH.
std::string find_server_binary(const std::string& path, const std::string& package,
                               const std::string& program);

// stdout and stderr of `path argument`. Error: it cannot be run, or fails.
Result<std::string> ask_binary(const std::string& path, const std::string& argument);

// The version of what tools/servers has unpacked around `binary`; "" where there is none such.
std::string unpacked_version(const std::string& binary);

}  // namespace pushpull
