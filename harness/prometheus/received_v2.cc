#include "harness/prometheus/received_v2.h"

namespace pushpull {
namespace {

std::string text_of(Fate fate, const Record& record, uint32_t position, const TimeBounds& bounds) {
  std::string text(refusal_text(fate));
  if (fate == Fate::kOutOfBounds && record.timestamp(position) > bounds.max_ms) {
    text += ": timestamp is too far in the future";
  }
  return text + " for series ";
}

}  // namespace

JudgedV2 judge_v2(
    ReceivedV2 received, const Head& head, const TimeBounds& bounds,
    const std::function<std::string(const Layout& layout, uint32_t position)>& series_text) {
  JudgedV2 judged;
  std::vector<std::string>& texts = judged.outcome.refused;
  auto next = received.refusals.begin();
  const auto tell_refusals = [&](uint32_t up_to) {
    for (; next != received.refusals.end() && next->before <= up_to; ++next) {
      texts.push_back(std::move(next->text));
    }
  };
  uint32_t samples = 0;
  for (const Slice& slice : received.slices) {
    head.examine(slice, bounds, [&](const Slice& part, Fate fate) {
      const Record& record = *part.record;
      if (!refuses_request(fate)) {
        judged.accepted.push_back(part);
        judged.outcome.written.samples += part.count;
        samples += part.count;
        return;
      }
      judged.refused.emplace_back(part, fate);
      for (uint32_t i = 0; i < part.count; ++i) {
        tell_refusals(samples++);
        const uint32_t position = part.position(i);
        texts.push_back(text_of(fate, record, position, bounds) +
                        series_text(*record.layout, position));
      }
    });
  }
  tell_refusals(samples);
  judged.outcome.written.exemplars = received.exemplars;
  return judged;
}

}  // namespace pushpull
