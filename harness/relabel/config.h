// One rule of `relabel_configs`, `metric_relabel_configs` or `write_relabel_configs`, with
// Prometheus's own keys, defaults and refusals.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/relabel/anchored_regex.h"
#include "harness/wire/label_name.h"
#include "harness/yaml/fields.h"

namespace pushpull {

enum class RelabelAction {
  kReplace,
  kKeep,
  kDrop,
  kKeepEqual,
  kDropEqual,
  kHashMod,
  kLabelMap,
  kLabelDrop,
  kLabelKeep,
  kLowercase,
  kUppercase,
};
std::string_view relabel_action_name(RelabelAction action);  // "replace", "keep", …

// What differs between releases; release_profile() fills it in.
struct RelabelDialect {
  wire::NameScheme names = wire::NameScheme::kUtf8;  // since 3.0
  // Templates of label names may hold any character; since 3.2.
  bool free_templates = true;
  // Since 2.50. Before, a replacement that came out empty removed the label that is called as the
  // template is, "${1}", and other actions than replace took templates for names.
  bool removes_expanded_target = true;
  RegexDialect regex;
};

// The initialisers are Prometheus's defaults.
struct RelabelConfig {
  std::vector<std::string> source_labels;
  std::string separator = ";";
  std::string regex = "(.*)";
  int64_t modulus = 0;
  std::string target_label;
  std::string replacement = "$1";
  RelabelAction action = RelabelAction::kReplace;

  RelabelDialect dialect;  // no key: whoever parses gives it with the prototype
};

// Whether `action` writes to, or compares with, target_label.
bool has_target(RelabelAction action);
bool is_template(std::string_view text);  // holds a '$'

void bind(yaml::Fields& fields, RelabelConfig& config);

}  // namespace pushpull
