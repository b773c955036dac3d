#include "harness/roles/link_role.h"

#include <cstdio>

#include "harness/base/log.h"
#include "harness/roles/role_control.h"
#include "harness/roles/role_journal.h"

namespace pushpull {
namespace {

// "down 1767225600123456789": what the runner waits for.
void obey(LinkRole& link, const std::string& line) {
  const Result<LinkCommand> command = parse_link_command(line);
  if (!command) {
    log_error(command.error().message);
    return;
  }
  const Result<Instant> done = link.obey(*command);
  if (!done) {
    log_error(done.error().message);
    return;
  }
  std::printf("%s %lld\n", line.c_str(),
              static_cast<long long>(done->unix_ns()));  // NOLINT: printf's type
  std::fflush(stdout);
}

}  // namespace

int run_link_role(const LinkRoleOptions& options) {
  block_signals();
  RealLoop loop(options.anchor.value_or(measure_anchor()));
  const Result<std::unique_ptr<JournalWriter>> opened =
      open_role_journal(options.journal, "link", loop.now());
  if (!opened) {
    log_error(opened.error().message);
    return 1;
  }
  JournalWriter* journal = opened->get();
  LinkOptions link_options;
  link_options.spec = options.spec;
  link_options.routes = options.routes;
  link_options.on_bucket = [](Instant, int64_t, int64_t) {};
  link_options.seed = options.seed;
  link_options.http = options.http;
  if (journal != nullptr) {
    link_options.on_bucket = [&](Instant at, int64_t to_server, int64_t to_client) {
      const bool up = options.clients_are_leaves;
      journal_now(*journal,
                  journal::WireBytes{at, up ? to_server : to_client, up ? to_client : to_server});
    };
    link_options.on_exchange = [&](const LinkExchange& e) {
      journal_now(*journal, journal::Exchanged{e.asked, e.answered, e.status, e.by_link, e.attempt,
                                               e.body_size, e.body_hash});
    };
  }
  Result<std::unique_ptr<LinkRole>> link = LinkRole::start(link_options, &loop);
  if (!link) {
    log_error(link.error().message);
    return 1;
  }
  for (size_t i = 0; i < options.routes.size(); ++i) {
    log_info("port " + std::to_string((*link)->port(i)) + " leads to " +
             options.routes[i].upstream);
  }
  {
    RoleControl control(
        loop, [&loop] { loop.stop(); },
        options.control ? std::function<void(const std::string&)>(
                              [&link](const std::string& command) { obey(**link, command); })
                        : nullptr);
    loop.run();
  }
  const int64_t connections = (*link)->connections_opened();
  link->reset();  // its thread wrote the journal until here
  if (journal != nullptr) journal->append(journal::Counter{"connections", loop.now(), connections});
  return 0;
}

}  // namespace pushpull
