#include "harness/relabel/config.h"

#include <re2/re2.h>

#include <array>
#include <limits>
#include <utility>

#include "harness/base/check.h"
#include "harness/relabel/letter_case.h"

namespace pushpull {
namespace {

using enum RelabelAction;

constexpr std::array<std::pair<std::string_view, RelabelAction>, 11> kActions = {{
    {"replace", kReplace},
    {"keep", kKeep},
    {"drop", kDrop},
    {"keepequal", kKeepEqual},
    {"dropequal", kDropEqual},
    {"hashmod", kHashMod},
    {"labelmap", kLabelMap},
    {"labeldrop", kLabelDrop},
    {"labelkeep", kLabelKeep},
    {"lowercase", kLowercase},
    {"uppercase", kUppercase},
}};

bool compares(RelabelAction action) { return action == kKeepEqual || action == kDropEqual; }
bool changes_case(RelabelAction action) { return action == kLowercase || action == kUppercase; }
bool chooses_names(RelabelAction action) { return action == kLabelDrop || action == kLabelKeep; }
bool reads_sources(RelabelAction action) { return action != kLabelMap && !chooses_names(action); }
bool reads_regex(RelabelAction action) {
  return !compares(action) && !changes_case(action) && action != kHashMod;
}
bool reads_replacement(RelabelAction action) { return action == kReplace || action == kLabelMap; }

// As Prometheus reads it, in any case. False if there is no such action.
bool bind_action(yaml::Fields& f, RelabelAction& action) {
  std::string text(relabel_action_name(action));
  f.string("action", text,
           {.doc = "replace, keep, drop, keepequal, dropequal, hashmod, labelmap, labeldrop, "
                   "labelkeep, lowercase or uppercase"});
  const std::string lower = to_lower(text);
  for (const auto& [name, candidate] : kActions) {
    if (name != lower) continue;
    action = candidate;
    return true;
  }
  f.error("action", text.empty() ? "relabel action cannot be empty; leave the key out for replace"
                                 : "unknown relabel action '" + text +
                                       "'; use replace, keep, drop, keepequal, dropequal, hashmod, "
                                       "labelmap, labeldrop, labelkeep, lowercase or uppercase");
  return false;
}

// Releases whose templates are not free take identifiers around their variables.
bool valid_template(std::string_view text, const RelabelDialect& dialect) {
  static const RE2 kLegacy("(?:(?:[a-zA-Z_]|\\$(?:\\{\\w+\\}|\\w+))+\\w*)+");
  if (dialect.free_templates) return wire::valid_label_name(text, dialect.names);
  return RE2::FullMatch({text.data(), text.size()}, kLegacy);
}

bool valid_target(const RelabelConfig& c) {
  const bool may_be_template =
      c.action == kReplace || (c.action != kHashMod && !c.dialect.removes_expanded_target);
  return may_be_template && is_template(c.target_label)
             ? valid_template(c.target_label, c.dialect)
             : wire::valid_label_name(c.target_label, c.dialect.names);
}

void check_target(yaml::Fields& f, const RelabelConfig& c) {
  const std::string action(relabel_action_name(c.action));
  if (c.target_label.empty()) {
    f.error("target_label", "the " + action + " action requires 'target_label': name the label " +
                                (compares(c.action) ? "to compare with" : "to write to"));
  } else if (!valid_target(c)) {
    f.error("target_label", "'" + c.target_label + "' is an invalid 'target_label' for the " +
                                action + " action: it is no name of a label");
  }
}

// Keys that an action must be without. Prometheus looks at values; only of `regex` and
// `source_labels` it knows that they are there.
void refuse_other_fields(yaml::Fields& f, const RelabelConfig& c) {
  const RelabelConfig defaults;
  const std::string action(relabel_action_name(c.action));
  const auto refuse = [&](std::string_view key, std::string_view allowed) {
    f.error(key, "the " + action + " action requires only " + std::string(allowed) + ": remove '" +
                     std::string(key) + "'");
  };
  const bool names = chooses_names(c.action);
  if (!names && !compares(c.action)) return;
  const char* allowed = names ? "'regex'" : "'source_labels' and 'target_label'";
  if (names && f.has("source_labels")) refuse("source_labels", allowed);
  if (names && !c.target_label.empty()) refuse("target_label", allowed);
  if (!names && f.has("regex")) refuse("regex", allowed);
  if (c.modulus != defaults.modulus) refuse("modulus", allowed);
  if (c.separator != defaults.separator) refuse("separator", allowed);
  if (c.replacement != defaults.replacement) refuse("replacement", allowed);
}

void check(yaml::Fields& f, const RelabelConfig& c) {
  const std::string action(relabel_action_name(c.action));
  for (size_t i = 0; i < c.source_labels.size(); ++i) {
    if (wire::valid_label_name(c.source_labels[i], c.dialect.names)) continue;
    f.error("source_labels[" + std::to_string(i) + "]",
            "'" + c.source_labels[i] + "' is not a valid label name");
  }
  if (const auto regex = AnchoredRegex::compile(c.regex, c.dialect.regex); !regex) {
    f.error("regex", "error parsing the expression: " + regex.error().message);
  }
  if (has_target(c.action)) check_target(f, c);
  if (c.action == kHashMod && c.modulus == 0) {
    f.error("modulus", "the hashmod action requires a 'modulus' above zero");
  }
  if (changes_case(c.action) && c.replacement != RelabelConfig().replacement) {
    f.error("replacement", "'replacement' can not be set for the " + action + " action: remove it");
  }
  if (c.action == kLabelMap && !valid_template(c.replacement, c.dialect)) {
    f.error("replacement", "'" + c.replacement +
                               "' is an invalid 'replacement' for the labelmap "
                               "action: it is no name of a label");
  }
  refuse_other_fields(f, c);
}

}  // namespace

std::string_view relabel_action_name(RelabelAction action) {
  for (const auto& [name, candidate] : kActions) {
    if (candidate == action) return name;
  }
  CHECK(false) << "no such action: " << static_cast<int>(action);
  return {};
}

bool has_target(RelabelAction action) {
  return action == kReplace || action == kHashMod || compares(action) || changes_case(action);
}

bool is_template(std::string_view text) { return text.find('$') != std::string_view::npos; }

void bind(yaml::Fields& f, RelabelConfig& c) {
  // Written out is what the action looks at: Prometheus refuses some of the other keys.
  const bool all = f.parsing();
  if (all || reads_sources(c.action)) {
    f.strings("source_labels", c.source_labels, {.doc = "labels whose values are put together"});
    f.string("separator", c.separator, {.doc = "stands between them"});
  }
  if (all || reads_regex(c.action)) {
    f.string("regex", c.regex, {.doc = "RE2, anchored at both ends"});
  }
  if (all || c.action == kHashMod) {
    f.integer("modulus", c.modulus, {.doc = "of the hash of the values", .min = 0});
  }
  if (all || has_target(c.action)) {
    f.string("target_label", c.target_label, {.doc = "label written to, or compared with"});
  }
  if (all || reads_replacement(c.action)) {
    f.string("replacement", c.replacement, {.doc = "the new value: $1 is the first group"});
  }
  if (bind_action(f, c.action) && all) check(f, c);
}

}  // namespace pushpull
