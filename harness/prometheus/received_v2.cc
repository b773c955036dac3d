#include "harness/prometheus/received_v2.h"

#include <algorithm>

namespace pushpull {
namespace {

std::string text_of(Fate fate, const Record& record, uint32_t position, const TimeBounds& bounds) {
  std::string text(refusal_text(fate));
  if (fate == Fate::kOutOfBounds && record.timestamp(position) > bounds.max_ms) {
    text += ": timestamp is too far in the future";
  }
  return text + " for series ";
}

// Refusals, to be told in the order of the request.
class Texts {
 public:
  explicit Texts(std::vector<ReceivedV2::Refusal> refusals) {
    for (ReceivedV2::Refusal& refusal : refusals)
      texts_.emplace_back(2 * uint64_t{refusal.before}, std::move(refusal.text));
  }
  void add(uint32_t place, std::string text) {
    texts_.emplace_back(2 * uint64_t{place} + 1, std::move(text));
  }
  std::vector<std::string> take() {
    std::ranges::stable_sort(texts_, {}, &std::pair<uint64_t, std::string>::first);
    std::vector<std::string> texts;
    for (auto& [_, text] : texts_) texts.push_back(std::move(text));
    return texts;
  }

 private:
  std::vector<std::pair<uint64_t, std::string>> texts_;
};

// As Prometheus counts them: what came as a float is a sample.
ItemCounts written_of(const Slice& part, const std::vector<uint32_t>& stale_floats) {
  ItemCounts written = ItemCounts::of(part.record->kind(), part.count);
  if (part.record->kind() != RecordKind::kHistograms) return written;
  for (uint32_t i = 0; i < part.count; ++i) {
    if (std::ranges::binary_search(stale_floats, part.position(i))) {
      written += {1, -1, 0};
    }
  }
  return written;
}

}  // namespace

JudgedV2 judge_v2(
    ReceivedV2 received, const Head& head, const ExemplarStorage* exemplars,
    const TimeBounds& bounds,
    const std::function<std::string(const Layout& layout, uint32_t position)>& series_text) {
  JudgedV2 judged;
  WrittenCounts& written = judged.outcome.written;
  Texts texts(std::move(received.refusals));
  for (const ReceivedV2::Items& items : received.items) {
    head.examine(items.slice, bounds, [&](const Slice& part, Fate fate) {
      if (!refuses_request(fate)) {
        judged.accepted.push_back(part);
        written += written_of(part, received.stale_floats);
        return;
      }
      judged.refused.emplace_back(part, fate);
      const Record& record = *part.record;
      for (uint32_t i = 0; i < part.count; ++i) {
        const uint32_t position = part.position(i);
        texts.add(items.place(position),
                  text_of(fate, record, position, bounds) + series_text(*record.layout, position));
      }
    });
  }
  if (received.exemplars.slice.count > 0 && exemplars != nullptr) {
    const Record& record = *received.exemplars.slice.record;
    const auto fate_of = [&](uint32_t position) {
      return exemplars->judge(record.layout->ref(position), record.extras->exemplars[position]);
    };
    judge_each(
        received.exemplars.slice,
        [&](const Slice& part, Fate fate) {
          if (!refuses_request(fate)) {
            judged.exemplars.push_back(part);
            written.exemplars += part.count;
          }
          // Of other defects the sender hears nothing.
          if (fate != Fate::kOutOfOrder) return;
          for (uint32_t i = 0; i < part.count; ++i) {
            const uint32_t position = part.position(i);
            texts.add(received.exemplars.place(position),
                      "out of order exemplar for series " + series_text(*record.layout, position));
          }
        },
        fate_of);
  }
  judged.outcome.refused = texts.take();
  return judged;
}

}  // namespace pushpull
