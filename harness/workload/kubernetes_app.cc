// An application: mostly request histograms over route × method × status.
#include "harness/workload/kubernetes_plans.h"

namespace pushpull {
namespace {

AxisPtr route_axis(uint32_t routes) {
  std::vector<std::string> names;
  for (uint32_t i = 0; i < routes; ++i) names.push_back("/api/v1/" + deployment_name(i) + "/{id}");
  return axis("route", names);
}

void add_pool_families(Blueprint& blueprint) {
  const AxisPtr pool = axis("pool", {"primary", "replica"});
  const AxisPtr cache = axis("cache", {"session", "product", "price"});
  const AxisPtr queue = axis("queue", {"orders", "emails", "invoices", "thumbnails"});
  std::vector<Family>& families = blueprint.families;
  families.push_back(family(
      "app_build_info", "Version of the application.", constant(1),
      {fixed_labels({{"branch", "main"}, {"revision", "4f1d2c9a"}, {"version", "3.18.2"}})}));
  families.push_back(family("app_db_connections", "Connections by state.", gauge(0, 40),
                            {pool, axis("state", {"idle", "active"})}));
  families.push_back(family("app_db_wait_seconds_total", "Time spent waiting for a connection.",
                            counter(1, 90, 3, 50), {pool}));
  families.push_back(family("app_cache_requests_total", "Look-ups in a cache.", counter(20, 9000),
                            {cache, axis("result", {"hit", "miss"})}));
  families.push_back(
      family("app_cache_entries", "Entries in a cache.", gauge(100, 50'000), {cache}));
  families.push_back(
      family("app_queue_depth", "Messages that wait.", gauge(0, 300, 0, 40), {queue}));
  families.push_back(
      family("app_queue_messages_total", "Messages taken.", counter(1, 700), {queue}));
  families.push_back(
      family("app_queue_dead_letters_total", "Messages given up.", counter(1, 3, 0, 90), {queue}));
}

}  // namespace

Blueprint app_plan(uint32_t routes) {
  Blueprint plan;
  set_pod_target_labels(plan, "8080", "shop", "storefront");
  add_runtime_families(plan);
  add_pool_families(plan);
  const AxisPtr route = route_axis(routes);
  const AxisPtr method = axis("method", {"GET", "POST"});
  const AxisPtr status = axis("code", {"200", "404", "500"});
  plan.families.push_back(
      family("http_server_active_requests", "Requests being answered.", gauge(0, 30), {route}));
  plan.families.push_back(family("http_server_requests_total", "Requests answered.",
                                 counter(1, 3000, 0, 30), {route, method, status}));
  plan.families.push_back(family("http_server_request_duration_seconds",
                                 "Time from the request's first byte to the answer's last.",
                                 histogram(1, 3000, 30), {route, method, status}));
  return plan;
}

}  // namespace pushpull
