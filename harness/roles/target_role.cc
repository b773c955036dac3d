#include "harness/roles/target_role.h"

#include "harness/base/log.h"
#include "harness/base/units.h"
#include "harness/net_http/http_server.h"
#include "harness/roles/role_control.h"
#include "harness/roles/role_journal.h"
#include "harness/roles/target_service.h"

namespace pushpull {

int run_target_role(const TargetRoleOptions& options) {
  const Result<Workload> workload = Workload::make(options.workload);
  if (!workload) {
    log_error(workload.error().message);
    return 2;
  }
  if (options.leaf >= workload->leaves()) {
    log_error("--leaf must be below --leaves");
    return 2;
  }
  block_signals();
  RealLoop loop(options.anchor.value_or(measure_anchor()));
  const Result<std::unique_ptr<JournalWriter>> opened =
      open_role_journal(options.journal, "targets-" + std::to_string(options.leaf), loop.now());
  if (!opened) {
    log_error(opened.error().message);
    return 1;
  }
  JournalWriter* journal = opened->get();
  // Whoever sees a sample must find its answer in the journal, so it is with the operating system
  // before the answer leaves.
  TargetService service(loop, workload->targets_of(options.leaf),
                        [&](uint32_t target, uint64_t ordinal, Instant arrival) {
                          if (journal == nullptr) return;
                          journal_now(*journal, journal::Answered{target, ordinal, arrival});
                        });
  Result<std::unique_ptr<HttpServer>> server = HttpServer::start(loop, service, options.listen);
  if (!server) {
    log_error(server.error().message);
    return 1;
  }
  RoleControl control(
      loop, [&loop] { loop.stop(); },
      options.control
          ? std::function<void(const std::string&)>([&service](const std::string& command) {
              if (command == "stop") service.stop();
              if (command.starts_with("down ")) {
                const Result<double> share = parse_percent(command.substr(5));
                share ? service.set_down(*share) : log_error(share.error().message);
              }
            })
          : nullptr);
  log_info("serving " + std::to_string(workload->targets_of(options.leaf).size()) +
           " targets on port " + std::to_string((*server)->port()) + " at /t/<id>/metrics");
  loop.run();
  server->reset();
  return 0;
}

}  // namespace pushpull
