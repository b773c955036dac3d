// pushpull: the command line. Turns arguments into option structs; commands.h and the roles do the
// work.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "harness/base/log.h"
#include "harness/base/units.h"
#include "harness/prometheus/server.h"
#include "harness/roles/link_role.h"
#include "harness/roles/prometheus_role.h"
#include "harness/roles/target_role.h"
#include "tools/commands.h"
#include "tools/exit_code.h"

namespace pushpull {
namespace {

// CLI11 reports an exception of this type as a bad argument.
template <class T>
T take(const Result<T>& parsed) {
  if (!parsed) throw CLI::ValidationError(parsed.error().message);
  return *parsed;
}

CLI::Option* add_duration(CLI::App* app, const std::string& flag, Duration& value,
                          const std::string& help) {
  return app->add_option_function<std::string>(
      flag, [&value](const std::string& text) { value = take(parse_duration(text)); }, help);
}

void add_overrides(CLI::App* app, Overrides& overrides) {
  app->add_option("--profile", overrides.profile, "a profile of the scenario, such as smoke");
  app->add_option("--set", overrides.settings,
                  "path=value, as often as needed: --set workload.series=20k")
      ->allow_extra_args(false);
  app->add_option("--engine", overrides.engine, "virtual or loopback; the scenario's by default");
  app->add_option("--seed", overrides.seed, "the scenario's by default");
}

void add_workload(CLI::App* app, WorkloadSpec& workload) {
  app->add_option("--leaves", workload.leaves, "leaves of the whole workload");
  app->add_option("--targets", workload.targets, "targets per leaf");
  app->add_option("--series", workload.series, "series per leaf");
  app->add_option("--seed", workload.seed, "of all labels and values");
  app->add_option("--labels", workload.labels, "profile of the labels: kubernetes");
  app->add_option("--churn-per-million", workload.churn.per_million,
                  "series of a million that are replaced each time; default 0: none ever");
  app->add_option("--churn-scrapes", workload.churn.scrapes, "scrapes from one time to the next");
}

void add_anchor(CLI::App* app, std::optional<Duration>& anchor) {
  app->add_option_function<int64_t>(
         "--anchor", [&anchor](int64_t ns) { anchor = Duration::nanoseconds(ns); },
         "wall time minus monotonic time in ns; one clock for all roles of a run")
      ->group("As a role of a run");
}

// Everything the parser fills, alive until the command has run.
struct Arguments {
  RunOptions run;
  bool no_report = false;
  ValidateOptions validate;
  ExpandOptions expand;
  ReportOptions report;
  TargetRoleOptions target;
  PrometheusRoleOptions prometheus;
  WorkloadSpec prometheus_workload;
  bool knows_workload = false;
  LinkRoleOptions link;
  std::vector<std::string> journals;
  TargetsOptions targets;
  PhasesOptions phases;
};

void add_run(CLI::App& app, Arguments& a, int& code) {
  CLI::App* run = app.add_subcommand("run", "run a scenario: pushpull run quickstart");
  run->add_option("scenario", a.run.scenario, "a file, or the name of a shipped scenario")
      ->required();
  add_overrides(run, a.run.overrides);
  run->add_option("--cell", a.run.cells,
                  "axis=value: only the cells that agree, as often as needed: --cell series=10k")
      ->allow_extra_args(false);
  run->add_option("--variant", a.run.variants, "only this one, as often as needed")
      ->allow_extra_args(false);
  run->add_option("--jobs", a.run.jobs, "virtual runs at once; default one per core")
      ->check(CLI::Range(1, 1024));
  run->add_option("--out", a.run.out, "folder of the result; default results/<name>/<time>");
  run->add_flag("--json", a.run.json, "print result.json on stdout");
  run->add_flag("-q,--quiet", a.run.quiet, "print the path of the result only");
  run->add_flag("--no-report", a.no_report, "write result.json only");
  run->callback([&] {
    a.run.report = !a.no_report;
    code = run_command(a.run);
  });
}

void add_checks(CLI::App& app, Arguments& a, int& code) {
  CLI::App* validate = app.add_subcommand("validate", "check scenarios and start nothing");
  validate->add_option("scenarios", a.validate.scenarios, "files, or names of shipped scenarios")
      ->required();
  add_overrides(validate, a.validate.overrides);
  validate->callback([&] { code = validate_command(a.validate); });

  CLI::App* expand =
      app.add_subcommand("expand", "the cells of a scenario, and how long they take");
  expand->add_option("scenario", a.expand.scenario, "a file, or the name of a shipped scenario")
      ->required();
  add_overrides(expand, a.expand.overrides);
  expand->add_flag("--json", a.expand.json, "each cell's scenario with every default, as JSON");
  expand->callback([&] { code = expand_command(a.expand); });

  app.add_subcommand("schema", "JSON Schema of scenario files")->callback([&] {
    code = schema_command();
  });

  app.add_subcommand("list", "the shipped scenarios")->callback([&] { code = list_command(); });

  CLI::App* report =
      app.add_subcommand("report", "render summary.md and report.html from a result.json again");
  report->add_option("result", a.report.result, "result.json, or the folder that holds it")
      ->required();
  report->add_option("--out", a.report.out, "folder; default: beside the result");
  report->callback([&] { code = report_command(a.report); });
}

void add_target(CLI::App& app, Arguments& a, int& code) {
  CLI::App* target = app.add_subcommand("target", "serve synthetic targets at /t/<id>/metrics");
  target->add_option("--listen", a.target.listen, "host:port; default 127.0.0.1:9100");
  target->add_option("--leaf", a.target.leaf, "whose targets: 0 …");
  add_workload(target, a.target.workload);
  target->add_option("--journal", a.target.journal, "file")->group("As a role of a run");
  target->add_flag("--control", a.target.control, "take commands on stdin")
      ->group("As a role of a run");
  add_anchor(target, a.target.anchor);
  target->callback([&] {
    set_log(LogLevel::kInfo, "target");
    code = run_target_role(a.target);
  });
}

void add_prometheus(CLI::App& app, Arguments& a, int& code) {
  CLI::App* server =
      app.add_subcommand("prometheus", "a mock Prometheus, a drop-in for the real binary");
  PrometheusRoleOptions& o = a.prometheus;
  server->add_option("--config.file", o.config_file, "prometheus.yml");
  server->add_option("--web.listen-address", o.listen,
                     "host:port; default 127.0.0.1:9090 (the real one listens on all addresses)");
  server->add_option("--web.config.file", o.web_config_file,
                     "users and TLS of the server, as exporter-toolkit has it, and bearer_tokens");
  server->add_flag("--web.enable-remote-write-receiver", o.enable_receiver,
                   "accept POST /api/v1/write");
  server->add_option("--storage.tsdb.path", o.storage_path,
                     "folder of the head file; default data");
  add_duration(server, "--storage.remote.flush-deadline", o.flush_deadline,
               "at shutdown; default 1m");
  add_duration(server, "--wal-retention", o.wal_retention,
               "how long remote write finds what it has not read; default 2h, as documented of the "
               "real one");
  server->add_option("--behaves-like", o.behaves_like,
                     "release to follow, 2.42 to 3.14; default 3.5");
  server
      ->add_option("--enable-feature", o.features,
                   "exemplar-storage, native-histograms: with commas, or as often as needed")
      ->allow_extra_args(false);
  server->add_option("--host-name", o.host_name, "decides scrape phases; default: the machine's");
  o.discovery_delay = kDiscoveryDelay;
  add_duration(server, "--discovery-delay", o.discovery_delay,
               "from the start until it knows its targets; default 5s, as the real one");
  const std::string role = "As a role of a run";
  server->add_option("--journal", o.journal, "file")->group(role);
  server->add_option("--answers", o.answers, "journals of the target roles")
      ->group(role)
      ->allow_extra_args(false);
  server->add_option("--leaf-config", o.leaf_configs, "prometheus.yml of each leaf that relabels")
      ->group(role)
      ->allow_extra_args(false);
  add_duration(server, "--max-delay", o.max_delay, "longest way of a scrape to its target")
      ->group(role);
  server
      ->add_option("--value-error", o.value_error,
                   "largest relative error of values from leaves that round them")
      ->group(role);
  server
      ->add_flag("--journal-acknowledged", o.journal_acknowledged,
                 "write down what the receiver has acknowledged")
      ->group(role);
  server->add_flag("--control", o.control, "take commands on stdin")->group(role);
  add_workload(server, a.prometheus_workload);
  add_anchor(server, o.anchor);
  server->callback([&, server] {
    set_log(LogLevel::kInfo, o.host_name.empty() ? "prometheus" : o.host_name);
    if (server->count("--series") > 0) o.workload = a.prometheus_workload;
    code = run_prometheus_role(o);
  });
}

void add_inspection(CLI::App& app, Arguments& a, int& code) {
  CLI::App* journal = app.add_subcommand("journal", "what roles wrote down, as lines of JSON");
  journal->add_option("journals", a.journals, "files")->required();
  journal->callback([&] { code = journal_command(a.journals); });

  CLI::App* targets = app.add_subcommand(
      "targets", "the targets of `pushpull target`, as JSON for file_sd_configs");
  targets->add_option("--address", a.targets.address,
                      "host:port that serves them; default 127.0.0.1:9100");
  targets->add_option("--leaf", a.targets.leaf, "whose targets: 0 …");
  add_workload(targets, a.targets.workload);
  targets->callback([&] { code = targets_command(a.targets); });

  CLI::App* phases = app.add_subcommand(
      "phases", "when a Prometheus on this machine scrapes its targets: ns into how many, URL");
  phases->add_option("--config.file", a.phases.config_file, "prometheus.yml");
  phases->add_option("--behaves-like", a.phases.behaves_like, "release that reads it");
  phases->add_option("--host-name", a.phases.host_name, "default: the machine's");
  phases->callback([&] { code = phases_command(a.phases); });
}

// "9091=127.0.0.1:9090"
LinkRoute take_route(const std::string& text) {
  const size_t equals = text.find('=');
  unsigned port = 0;
  const bool is_port =
      equals != std::string::npos && CLI::detail::lexical_cast(text.substr(0, equals), port);
  if (!is_port || port > 65535 || equals + 1 == text.size()) {
    throw CLI::ValidationError("--route", "'" + text + "' is not PORT=HOST:PORT");
  }
  return {static_cast<uint16_t>(port), text.substr(equals + 1)};
}

void add_link(CLI::App& app, Arguments& a, int& code) {
  CLI::App* link =
      app.add_subcommand("link", "a TCP proxy that counts, delays, throttles, cuts and answers");
  link->add_option_function<std::vector<std::string>>(
          "--route",
          [&a](const std::vector<std::string>& routes) {
            for (const std::string& text : routes) a.link.routes.push_back(take_route(text));
          },
          "PORT=HOST:PORT: listen on 127.0.0.1:PORT, lead to HOST:PORT")
      ->required()
      ->allow_extra_args(false);
  add_duration(link, "--rtt", a.link.spec.rtt, "round trip time, such as 80ms");
  link->add_option_function<std::string>(
      "--bandwidth",
      [&a](const std::string& text) { a.link.spec.bandwidth = take(parse_bandwidth(text)); },
      "each way, such as 200Mbit/s; unlimited by default");
  add_duration(link, "--jitter", a.link.spec.jitter, "each way: up to this much more delay");
  link->add_option_function<std::string>(
      "--loss", [&a](const std::string& text) { a.link.spec.loss = take(parse_percent(text)); },
      "each way: share of segments, such as 0.1%");
  link->add_option("--seed", a.link.seed, "of jitter, loss and who is answered");
  link->add_flag("--http", a.link.http,
                 "look for HTTP requests: they can be answered, and are journalled");
  link->add_option_function<std::string>(
          "--clients",
          [&a](const std::string& who) { a.link.clients_are_leaves = who != "central"; },
          "who opens connections: leaves or central")
      ->group("As a role of a run");
  link->add_option("--journal", a.link.journal, "file")->group("As a role of a run");
  link->add_flag("--control", a.link.control,
                 "take commands on stdin: roles/link_command.h lists them")
      ->group("As a role of a run");
  add_anchor(link, a.link.anchor);
  link->callback([&] {
    set_log(LogLevel::kInfo, "link");
    code = run_link_role(a.link);
  });
}

int main_of(int argc, char** argv) {
  CLI::App app("pushpull: should this Prometheus push (remote write) or be pulled (federation)?");
  app.set_version_flag("--version", "pushpull " PUSHPULL_VERSION);
  app.require_subcommand(1);
  Arguments arguments;
  for (int i = 0; i < argc; ++i)
    arguments.run.command += (i == 0 ? "pushpull" : std::string(" ") + argv[i]);
  int code = kExitOk;
  add_run(app, arguments, code);
  add_checks(app, arguments, code);
  add_target(app, arguments, code);
  add_prometheus(app, arguments, code);
  add_link(app, arguments, code);
  add_inspection(app, arguments, code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitBadInput;
  }
  return code;
}

}  // namespace
}  // namespace pushpull

int main(int argc, char** argv) { return pushpull::main_of(argc, argv); }
