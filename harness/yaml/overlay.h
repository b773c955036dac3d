// Changes to a document before it is bound: profiles, and settings from the command line. The
// pieces keep their own positions, so errors name the profile's line or the option.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/yaml/diagnostics.h"
#include "harness/yaml/document.h"

namespace pushpull::yaml {

// Maps merge key by key; everything else, lists included, replaces.
void merge(Node& base, const Node& overlay);

// Puts `value` at the path: keys joined by dots, [0] for an item of a list. Maps on the way are
// made where they are missing, and stand at `here`, as all errors do.
void set(Node& root, std::string_view path, Node value, const Position& here,
         Diagnostics& diagnostics);

// One value for one path of the document.
struct Setting {
  std::string option;  // how errors name it: "--set workload.series"
  std::string path;    // keys joined by dots
  std::string value;   // YAML: 100k, [], {rtt: 80ms}
};

// "path=value", as --set takes it.
Result<Setting> parse_setting(std::string_view text);

// As set(). `order` places the errors of this setting after
// those of the document (1, 2, …).
void apply(const Setting& setting, int order, Node& root, Diagnostics& diagnostics);

}  // namespace pushpull::yaml
