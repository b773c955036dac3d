#include "harness/scenario/variant.h"

#include <string>

#include "harness/federation/selector.h"

namespace pushpull {
namespace {

void check_selectors(yaml::Fields& f, const ScrapeConfig& config) {
  bool any = false;
  for (const auto& [name, values] : config.params) {
    if (name != "match[]") continue;
    for (size_t i = 0; i < values.size(); ++i) {
      any = true;
      const Result<Selector> selector = Selector::parse(values[i]);
      if (!selector) f.error("params.match[][" + std::to_string(i) + "]", selector.error().message);
    }
  }
  if (!any) f.error("params", "needs at least one selector in 'match[]'");
}

}  // namespace

Variant Variant::defaults(const ReleaseProfile& release, Duration scrape_interval) {
  Variant variant;
  RemoteWriteConfig& push = variant.remote_write.emplace().config;
  push = remote_write_defaults(release);
  push.http_client.dialect.in_scenario = true;
  ScrapeConfig& pull = variant.federate.emplace().config;
  pull.scrape_interval = scrape_interval;
  pull.metrics_path = "/federate";
  pull.params = {{"match[]", {"{job=~\".+\"}"}}};
  pull.honor_labels = true;
  return variant;
}

void bind(yaml::Fields& f, PushVariant& v) {
  bind(f, v.config);
  if (f.has("url")) f.error("url", "the run fills in the central's address: remove it");
}

void bind(yaml::Fields& f, PullVariant& v) {
  bind_fetching(f, v.config);
  check_selectors(f, v.config);
  for (const char* key : {"job_name", "static_configs"}) {
    f.unsupported(key, "the run fills it in: remove it");
  }
}

void bind(yaml::Fields& f, Variant& v) {
  const bool push = f.has("remote_write");
  const bool pull = f.has("federate");
  f.optional("remote_write", v.remote_write, {.doc = "push"});
  f.optional("federate", v.federate, {.doc = "pull"});
  if (push == pull) {
    f.error("", push ? "has both remote_write and federate: a variant ships one way"
                     : "needs one of remote_write and federate");
  }
}

}  // namespace pushpull
