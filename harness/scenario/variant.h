// One way of shipping: a remote_write entry or a federate entry, in Prometheus's own keys, without
// the addresses, which the run fills in.
#pragma once

#include <optional>

#include "harness/remote_write/config.h"
#include "harness/scrape/config.h"
#include "harness/yaml/fields.h"

namespace pushpull {

struct PushVariant {
  RemoteWriteConfig config;  // url is empty
};

struct PullVariant {
  // As a central scrapes leaves: everything, as fast as the leaves scrape. job_name and
  // static_configs are empty.
  ScrapeConfig config;
};

struct Variant {
  // Exactly one of them, once loaded.
  std::optional<PushVariant> remote_write;
  std::optional<PullVariant> federate;

  // The prototype to parse into: both, with the defaults of a release and a workload.
  static Variant defaults(const ReleaseProfile& release, Duration scrape_interval);
};

void bind(yaml::Fields& fields, PushVariant& variant);
void bind(yaml::Fields& fields, PullVariant& variant);
void bind(yaml::Fields& fields, Variant& variant);

}  // namespace pushpull
