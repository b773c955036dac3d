// What a runner tells a link on its stdin, a line each:
//
//   up | down | blackhole | reset
//   disturb to_server|to_client DELAY_NS JITTER_NS BITS_PER_S LOSS    in place of the one before
//   answer STATUS SHARE RETRY_AFTER_NS                                of requests, by the link
//   pass                                                              no answers any more
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "harness/base/result.h"
#include "harness/net/link_answer.h"
#include "harness/net/link_spec.h"

namespace pushpull {

struct ResetLink {};
struct DisturbLink {
  Direction direction = Direction::kToServer;
  Disturbance disturbance;
};
struct AnswerAtLink {
  std::optional<LinkAnswer> answer;  // nothing: pass
};
using LinkCommand = std::variant<LinkState, ResetLink, DisturbLink, AnswerAtLink>;

std::string to_line(const LinkCommand& command);
Result<LinkCommand> parse_link_command(std::string_view line);

}  // namespace pushpull
