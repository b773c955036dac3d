#include "harness/roles/link_command.h"

#include <array>
#include <charconv>
#include <utility>

namespace pushpull {
namespace {

constexpr std::array<std::pair<std::string_view, LinkState>, 3> kStates = {
    {{"up", LinkState::kUp}, {"down", LinkState::kDown}, {"blackhole", LinkState::kBlackhole}}};
constexpr std::array<std::string_view, 2> kDirectionNames = {"to_server", "to_client"};

// The shortest text that reads back to the same number.
std::string text(double number) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return {buffer.data(), end};
}

struct ToLine {
  std::string operator()(LinkState state) const {
    for (const auto& [name, named] : kStates) {
      if (named == state) return std::string(name);
    }
    return {};
  }
  std::string operator()(ResetLink) const { return "reset"; }
  std::string operator()(const DisturbLink& command) const {
    const Disturbance& d = command.disturbance;
    return "disturb " + std::string(kDirectionNames[index_of(command.direction)]) + " " +
           std::to_string(d.delay.ns()) + " " + std::to_string(d.jitter.ns()) + " " +
           std::to_string(d.bandwidth) + " " + text(d.loss);
  }
  std::string operator()(const AnswerAtLink& command) const {
    if (!command.answer) return "pass";
    return "answer " + std::to_string(command.answer->status) + " " + text(command.answer->share) +
           " " + std::to_string(command.answer->retry_after.ns());
  }
};

// Takes the words of a line one by one; remembers whether one was missing or wrong.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  std::string_view word() {
    const size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return word;
  }
  template <class T>
  T number(T least, T most) {
    const std::string_view digits = word();
    T value = 0;
    const char* const last = digits.data() + digits.size();
    const auto [stop, failed] = std::from_chars(digits.data(), last, value);
    // Not a number is in no range.
    good_ &= failed == std::errc() && stop == last && least <= value && value <= most;
    return value;
  }
  Duration duration() { return Duration::nanoseconds(number<int64_t>(0, Duration::hours(1).ns())); }
  bool good() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::optional<LinkCommand> parse_disturb(Words& words) {
  DisturbLink command;
  const std::string_view direction = words.word();
  if (direction != kDirectionNames[0] && direction != kDirectionNames[1]) return std::nullopt;
  if (direction == kDirectionNames[1]) command.direction = Direction::kToClient;
  command.disturbance.delay = words.duration();
  command.disturbance.jitter = words.duration();
  command.disturbance.bandwidth = words.number<int64_t>(0, int64_t{1} << 50);
  command.disturbance.loss = words.number<double>(0, LinkSpec::kMostLoss);
  return command;
}

LinkCommand parse_answer(Words& words) {
  LinkAnswer answer;
  answer.status = words.number<int>(100, 599);
  answer.share = words.number<double>(0, 1);
  answer.retry_after = words.duration();
  return AnswerAtLink{answer};
}

std::optional<LinkCommand> parse(Words& words) {
  const std::string_view verb = words.word();
  for (const auto& [name, state] : kStates) {
    if (verb == name) return state;
  }
  if (verb == "reset") return ResetLink();
  if (verb == "pass") return AnswerAtLink();
  if (verb == "disturb") return parse_disturb(words);
  if (verb == "answer") return parse_answer(words);
  return std::nullopt;
}

}  // namespace

std::string to_line(const LinkCommand& command) { return std::visit(ToLine(), command); }

Result<LinkCommand> parse_link_command(std::string_view line) {
  Words words(line);
  const std::optional<LinkCommand> command = parse(words);
  if (command && words.good()) return *command;
  return Error{"the link does not understand '" + std::string(line.substr(0, 200)) +
               "'; roles/link_command.h lists its commands"};
}

}  // namespace pushpull
