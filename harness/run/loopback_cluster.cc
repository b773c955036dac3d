#include "harness/run/loopback_cluster.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "harness/base/check.h"
#include "harness/base/units.h"
#include "harness/systems/mock_system.h"
#include "harness/systems/prometheus_system.h"
#include "harness/systems/url_system.h"
#include "harness/systems/victoriametrics_system.h"
#include "harness/systems/vmagent_system.h"

namespace pushpull {
namespace {

std::string loopback(uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

ProcessUsage sum(const ProcessUsage& a, const ProcessUsage& b) {
  return {a.user + b.user, a.system + b.system, std::max(a.peak_rss_bytes, b.peak_rss_bytes)};
}

Result<std::unique_ptr<System>> make_system(SystemKind kind, const Systems& systems,
                                            const std::string& pushpull) {
  switch (kind) {
    case SystemKind::kMock:
      return MockSystem::make(systems.behaves_like, pushpull);
    case SystemKind::kPrometheus:
      return PrometheusSystem::make(systems.prometheus_binary);
    case SystemKind::kVictoriaMetrics:
      return VictoriaMetricsSystem::make(systems.victoriametrics_binary);
    case SystemKind::kVmagent:
      return VmagentSystem::make(systems.vmagent_binary);
    case SystemKind::kUrl:
      return UrlSystem::make(systems.receiver.url);
  }
  return Error{"unknown system"};
}

Status write_files(const std::vector<ServerFile>& files) {
  for (const ServerFile& file : files) {
    std::ofstream out(file.path);
    // Before anything is in it: it may hold secrets.
    std::error_code failed;
    std::filesystem::permissions(
        file.path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
        failed);
    if (failed) return Error{"cannot protect " + file.path + ": " + failed.message()};
    out << file.content;
    if (!out.flush()) return Error{"cannot write " + file.path};
  }
  return {};
}

}  // namespace

std::string targets_name(uint32_t leaf) { return "targets-" + std::to_string(leaf); }

LoopbackCluster::LoopbackCluster(const Scenario& scenario, const Variant& variant,
                                 const Workload& workload, const LoopbackOptions& options,
                                 Duration anchor)
    : scenario_(scenario),
      variant_(variant),
      workload_(workload),
      options_(options),
      anchor_(anchor),
      folder_(std::filesystem::absolute(options.folder).string()) {}

Result<std::unique_ptr<LoopbackCluster>> LoopbackCluster::make(const Scenario& scenario,
                                                               const Variant& variant,
                                                               const Workload& workload,
                                                               const LoopbackOptions& options,
                                                               Duration anchor) {
  auto cluster = std::unique_ptr<LoopbackCluster>(
      new LoopbackCluster(scenario, variant, workload, options, anchor));
  Result<std::unique_ptr<System>> leaf =
      make_system(scenario.systems.leaf, scenario.systems, options.pushpull);
  if (!leaf) return leaf.error();
  Result<std::unique_ptr<System>> central =
      make_system(scenario.systems.central, scenario.systems, options.pushpull);
  if (!central) return central.error();
  cluster->leaf_system_ = std::move(*leaf);
  cluster->central_system_ = std::move(*central);
  const Status ports = cluster->pick_ports();
  if (!ports) return ports.error();
  return cluster;
}

Status LoopbackCluster::pick_ports() {
  const bool push = variant_.remote_write.has_value();
  const Result<std::vector<uint16_t>> ports = free_ports(size_t{3} * workload_.leaves() + 1);
  if (!ports) return ports.error();
  auto next = ports->begin();
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) {
    for (std::vector<uint16_t>* role : {&target_ports_, &leaf_ports_, &link_ports_})
      role->push_back(*next++);
    addresses_.targets.push_back(loopback(target_ports_[leaf]));
    addresses_.leaves.push_back(loopback(link_ports_[leaf]));
  }
  central_port_ = *next;
  // One listener of the link is enough for all who push.
  if (push) link_ports_.resize(1);
  addresses_.central = loopback(link_ports_[0]);
  addresses_.write_path = central_system_->write_path();
  return {};
}

Status LoopbackCluster::start() {
  // Journals and heads of an earlier run would be continued.
  std::error_code failed;
  std::filesystem::remove_all(folder_, failed);
  if (!failed) std::filesystem::create_directories(folder_, failed);
  if (failed) return Error{"cannot make " + folder_ + ": " + failed.message()};
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) {
    const Status targets = start_targets(leaf);
    if (!targets) return targets;
  }
  const Status central_written = write_files(central_system_->files(central_launch()));
  if (!central_written) return central_written;
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) {
    const Status written = write_files(leaf_system_->files(leaf_launch(leaf)));
    if (!written) return written;
  }
  const Status link = start_link();
  if (!link) return link;
  if (central_system_->runs()) {
    const Status central = start_central();
    if (!central) return central;
  }
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) {
    const Status started = start_leaf(leaf);
    if (!started) return started;
  }
  return {};
}

Status LoopbackCluster::start_targets(uint32_t leaf) {
  std::vector<std::string> argv = {options_.pushpull,
                                   "target",
                                   "--listen=" + addresses_.targets[leaf],
                                   "--leaf=" + std::to_string(leaf),
                                   "--journal=" + journal(targets_name(leaf)),
                                   "--control",
                                   "--anchor=" + std::to_string(anchor_.ns())};
  for (std::string& flag : workload_flags(scenario_.workload_spec()))
    argv.push_back(std::move(flag));
  // Readers follow this file from their own start on.
  std::ofstream(journal(targets_name(leaf)), std::ios::app).flush();
  return launch(targets_name(leaf), "targets", std::move(argv));
}

Status LoopbackCluster::start_link() {
  const bool push = variant_.remote_write.has_value();
  const LinkSpec& spec = scenario_.link_spec();
  std::vector<std::string> argv = {options_.pushpull,
                                   "link",
                                   "--journal=" + journal("link"),
                                   "--control",
                                   "--clients=" + std::string(push ? "leaves" : "central"),
                                   "--rtt=" + format_duration(spec.rtt),
                                   "--anchor=" + std::to_string(anchor_.ns())};
  if (spec.bandwidth > 0) argv.push_back("--bandwidth=" + format_bandwidth(spec.bandwidth));
  argv.push_back("--jitter=" + format_duration(spec.jitter));
  argv.push_back("--loss=" + std::to_string(spec.loss * 100) + "%");
  argv.push_back("--seed=" + std::to_string(scenario_.seed));
  const auto answers = [](const Fault& fault) { return fault.kind == FaultKind::kHttpStatus; };
  if (std::ranges::any_of(scenario_.timeline, answers)) argv.emplace_back("--http");
  for (size_t i = 0; i < link_ports_.size(); ++i) {
    const std::string upstream = push ? central_endpoint() : loopback(leaf_ports_[i]);
    argv.push_back("--route=" + std::to_string(link_ports_[i]) + "=" + upstream);
  }
  return launch("link", "link", std::move(argv));
}

ServerLaunch LoopbackCluster::server_launch(const std::string& name, uint16_t port) const {
  ServerLaunch spec;
  spec.name = name;
  spec.config_file = folder_ + "/" + name + ".yml";
  spec.port = port;
  spec.data = folder_ + "/" + name + ".data";
  spec.log = folder_ + "/" + name + ".log";
  spec.journal = journal(name);
  spec.max_delay = scenario_.workload.scrape_timeout;
  spec.wal_retention = scenario_.systems.wal_retention;
  spec.anchor = anchor_;
  return spec;
}

ServerLaunch LoopbackCluster::leaf_launch(uint32_t leaf) const {
  ServerLaunch spec = server_launch(leaf_name(leaf), leaf_ports_[leaf]);
  spec.config = leaf_config(scenario_, variant_, workload_, leaf, addresses_);
  spec.acknowledged = variant_.remote_write && !central_system_->journals();
  return spec;
}

ServerLaunch LoopbackCluster::central_launch() const {
  ServerLaunch spec = server_launch("central", central_port_);
  spec.config = central_config(scenario_, variant_, addresses_);
  spec.receiver = true;
  spec.workload = scenario_.workload_spec();
  spec.value_error = leaf_system_->value_error();
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf)
    spec.answers.push_back(journal(targets_name(leaf)));
  const std::vector<SentLabels> sent = sent_labels(variant_, workload_.leaves());
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) {
    if (!sent[leaf].rules.changes_labels()) continue;
    spec.leaf_configs.push_back(
        {folder_ + "/central." + leaf_name(leaf) + ".yml",
         to_yaml(leaf_config(scenario_, variant_, workload_, leaf, addresses_))});
  }
  return spec;
}

Status LoopbackCluster::start_leaf(uint32_t leaf) {
  return launch(leaf_name(leaf), leaf_system_->name(), leaf_system_->argv(leaf_launch(leaf)));
}

Status LoopbackCluster::start_central() {
  return launch("central", central_system_->name(), central_system_->argv(central_launch()));
}

// Starts a role, or starts it again.
Status LoopbackCluster::launch(const std::string& name, const std::string& system,
                               std::vector<std::string> argv) {
  Result<std::unique_ptr<ChildProcess>> process =
      ChildProcess::start({name, std::move(argv), folder_ + "/" + name + ".log"});
  if (!process) return process.error();
  const auto it = std::ranges::find_if(roles_, [&](const auto& r) { return r->name == name; });
  if (it == roles_.end()) {
    roles_.push_back(
        std::make_unique<Role>(Role{name, system, std::move(*process), {}, {}, false, false}));
    return {};
  }
  Role& role = **it;
  role.before = sum(role.before, role.now);
  role.now = {};
  role.process = std::move(*process);
  role.expected_to_end = role.paused = false;
  return {};
}

std::vector<std::string> LoopbackCluster::servers() const {
  std::vector<std::string> endpoints;
  if (central_system_->runs()) endpoints.push_back(central_endpoint());
  for (const uint16_t port : leaf_ports_) endpoints.push_back(loopback(port));
  return endpoints;
}

std::string LoopbackCluster::leaf_endpoint(uint32_t leaf) const {
  return loopback(leaf_ports_.at(leaf));
}

std::string LoopbackCluster::central_endpoint() const {
  return central_system_->endpoint(central_port_);
}

std::optional<std::string> LoopbackCluster::casualty() {
  for (const auto& role : roles_) {
    if (role->expected_to_end || role->process->running()) continue;
    return role->name + " (" + role->system + ") " + role->process->exit_text() +
           "; the end of its log:\n" + role->process->last_log_lines(8);
  }
  return std::nullopt;
}

LoopbackCluster::Role& LoopbackCluster::role(const std::string& name) {
  const auto it = std::ranges::find_if(roles_, [&](const auto& r) { return r->name == name; });
  CHECK(it != roles_.end()) << name;
  return **it;
}

void LoopbackCluster::command(const std::string& name, std::string_view line) {
  role(name).process->command(line);
}

void LoopbackCluster::stop(const std::string& server) {
  probe();
  Role& stopped = role(server);
  stopped.expected_to_end = true;
  stopped.process->terminate();
}

bool LoopbackCluster::stopped(const std::string& server) {
  return !role(server).process->running();
}

Status LoopbackCluster::start(const std::string& server) {
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) {
    if (server == leaf_name(leaf)) return start_leaf(leaf);
  }
  CHECK(server == "central") << server;
  return start_central();
}

void LoopbackCluster::pause(const std::string& server) {
  role(server).paused = true;
  role(server).process->pause();
}

void LoopbackCluster::resume(const std::string& server) {
  role(server).paused = false;
  role(server).process->resume();
}

void LoopbackCluster::end(Role& role, std::string_view command) {
  role.expected_to_end = true;
  if (command.empty()) {
    role.process->terminate();
  } else {
    role.process->command(command);
  }
}

void LoopbackCluster::finish_leaves() {
  // An interrupted run may end amid a pause.
  for (const auto& role : roles_) {
    if (role->paused) resume(role->name);
  }
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) {
    end(role(leaf_name(leaf)), leaf_system_->journals() ? "finish" : "");
  }
}

bool LoopbackCluster::leaves_finished() {
  for (uint32_t leaf = 0; leaf < workload_.leaves(); ++leaf) {
    if (role(leaf_name(leaf)).process->running()) return false;
  }
  return true;
}

void LoopbackCluster::finish() {
  finish_leaves();
  if (central_system_->runs()) end(role("central"), central_system_->journals() ? "finish" : "");
}

bool LoopbackCluster::finished() {
  bool servers_gone = true;
  bool all_gone = true;
  for (const auto& role : roles_) {
    const bool instrument = role->name == "link" || role->name.starts_with("targets-");
    const bool running = role->process->running();
    all_gone &= !running;
    if (!instrument) servers_gone &= !running;
  }
  if (servers_gone && !all_gone) {
    for (const auto& role : roles_) {
      if (!role->expected_to_end) end(*role, "");
    }
  }
  return all_gone;
}

void LoopbackCluster::probe() {
  for (const auto& role : roles_) {
    if (!role->process->running()) continue;
    const Result<ProcessUsage> usage = probe_process(role->process->pid());
    if (usage) role->now = *usage;
  }
}

std::vector<RoleUsage> LoopbackCluster::usage() const {
  std::vector<RoleUsage> out;
  for (const auto& role : roles_) {
    const ProcessUsage usage = sum(role->before, role->now);
    out.push_back({role->name, role->system, usage.cpu(), usage.peak_rss_bytes});
  }
  return out;
}

std::vector<std::string> LoopbackCluster::journals() const {
  std::vector<std::string> paths;
  for (const auto& role : roles_) {
    if (std::filesystem::exists(journal(role->name))) paths.push_back(journal(role->name));
  }
  if (!central_system_->runs() && std::filesystem::exists(journal("central")))
    paths.push_back(journal("central"));
  return paths;
}

}  // namespace pushpull
