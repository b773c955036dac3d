// Rules as users write them, for tests.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/relabel/config.h"
#include "harness/yaml/parser.h"

namespace pushpull {

struct RulesForTest {
  std::vector<RelabelConfig> rules;
  RelabelDialect dialect;
  std::string errors;
};

inline void bind(yaml::Fields& f, RulesForTest& r) {
  RelabelConfig prototype;
  prototype.dialect = r.dialect;
  f.list("rules", r.rules, {}, prototype);
}

// `text` is a YAML list.
inline RulesForTest parse_rules(const std::string& text, const RelabelDialect& dialect = {}) {
  RulesForTest parsed;
  parsed.dialect = dialect;
  yaml::Diagnostics diagnostics;
  auto source = std::make_shared<const yaml::Source>(yaml::Source{"test.yml", "rules:\n" + text});
  if (const auto root = yaml::parse_document(source, diagnostics)) {
    yaml::parse(*root, parsed, diagnostics);
  }
  parsed.errors = diagnostics.to_string();
  return parsed;
}

// What Prometheus 2.42 does.
inline RelabelDialect old_dialect() {
  RelabelDialect dialect;
  dialect.names = wire::NameScheme::kLegacy;
  dialect.free_templates = dialect.removes_expanded_target = false;
  dialect.regex = {.dot_matches_newline = false, .short_group_names = false};
  return dialect;
}

}  // namespace pushpull
