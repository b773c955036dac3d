// Where this checkout keeps what the CLI needs at run time.
#pragma once

#include <string>

#include "harness/base/result.h"

namespace pushpull {

// The folder that holds scenarios/ and reports/: $PUSHPULL_ROOT, or the checkout this binary was
// built from.
std::string root_folder();
std::string shipped_scenarios();

// `name` as given where such a file exists, else scenarios/<name>.yaml of the checkout. Error:
// neither exists.
Result<std::string> find_scenario(const std::string& name);

Result<std::string> read_file(const std::string& path);
Status write_file(const std::string& path, const std::string& content);

// This binary's own path.
std::string own_path();

}  // namespace pushpull
