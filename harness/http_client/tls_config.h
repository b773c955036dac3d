// `tls_config` of a client, with Prometheus's own keys and refusals.
#pragma once

#include <string>

#include "harness/net/client_settings.h"
#include "harness/yaml/fields.h"

namespace pushpull {

// What differs between releases in the configuration of HTTP clients; release_profile() fills it
// in.
struct HttpClientDialect {
  bool inline_certificates = true;      // tls_config has ca, cert and key; since 2.45
  bool username_file = true;            // basic_auth has it; since 2.49
  bool trims_password = false;          // white space around an inline one; up to 2.48
  bool sends_empty_credentials = true;  // a type alone makes a header; since 2.50
  bool knows_references = true;         // errors speak of *_ref keys; since 2.53

  // Not of a release: a scenario is copied into its results, so it may name files but hold no
  // secret; and its addresses are the run's own, without TLS.
  bool in_scenario = false;
};

struct TlsConfig {
  TlsSettings settings;
  HttpClientDialect dialect;  // no key
};

// Checks what is written. What the files hold is found out when they are used.
void bind(yaml::Fields& fields, TlsConfig& config);

// File names that are relative are meant from the configuration file's folder.
void resolve_files(TlsSettings& settings, const std::string& folder);
std::string resolve_file(const std::string& file, const std::string& folder);

}  // namespace pushpull
