// For tests: one entry's client from YAML.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "harness/http_client/config.h"
#include "harness/yaml/parser.h"

namespace pushpull {

// An entry that has nothing but an HTTP client.
struct ClientEntry {
  HttpClientConfig client;
};
inline void bind(yaml::Fields& f, ClientEntry& entry) { bind_http_client(f, entry.client); }

struct ParsedClient {
  HttpClientConfig config;
  std::string errors;
};

inline ParsedClient parse_client(const std::string& text, const HttpClientDialect& dialect = {}) {
  ClientEntry entry{http_client_defaults(dialect)};
  yaml::Diagnostics diagnostics;
  const auto source = std::make_shared<const yaml::Source>(yaml::Source{"client.yml", text});
  if (const std::optional<yaml::Node> root = yaml::parse_document(source, diagnostics)) {
    yaml::parse(*root, entry, diagnostics);
  }
  return {entry.client, diagnostics.to_string()};
}

// Of 2.42.
inline HttpClientDialect oldest_client_dialect() { return {false, false, true, false, false}; }

}  // namespace pushpull
