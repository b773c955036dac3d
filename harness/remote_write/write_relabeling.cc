#include "harness/remote_write/write_relabeling.h"

#include <utility>

namespace pushpull {

WriteRelabeling::Parts WriteRelabeling::parts(const Layout& layout) {
  const Judged& judged = judge(layout);
  return {*judged.kept, *judged.dropped};
}

WriteRelabeling::Judged& WriteRelabeling::judge(const Layout& layout) {
  const auto known = layouts_.find(&layout);
  if (known != layouts_.end() && !known->second.layout.expired()) return known->second;
  std::erase_if(layouts_, [](const auto& entry) { return entry.second.layout.expired(); });
  forget_ended();
  std::vector<uint32_t> kept;
  std::vector<uint32_t> dropped;
  for (uint32_t p = 0; p < layout.size(); ++p) {
    (judge_series(layout, p).kept ? kept : dropped).push_back(p);
  }
  Judged judged;
  judged.layout = layout.weak_from_this();
  judged.kept = &layout.part(std::move(kept));
  judged.dropped = &layout.part(std::move(dropped));
  return layouts_[&layout] = std::move(judged);
}

const WriteRelabeling::Series& WriteRelabeling::judge_series(const Layout& layout,
                                                             uint32_t position) {
  const uint64_t ref = layout.ref(position);
  if (const Series* known = series_.find(ref)) return *known;
  Labels labels = source_.series(layout, position);
  Series series;
  series.kept = rules_.apply(labels);
  if (series.kept && encodes()) wire::encode_labels(labels, series.encoded);
  keep(ref, series);
  return *series_.find(ref);
}

// A pass over what lives, each time as much again has been judged. Held while it is looked at: the
// last to let go of a layout may be another thread.
void WriteRelabeling::forget_ended() {
  std::vector<std::shared_ptr<const Layout>> living;
  uint64_t named = 0;
  for (const auto& [_, judged] : layouts_) {
    if (auto layout = judged.layout.lock()) {
      named += layout->size();
      living.push_back(std::move(layout));
    }
  }
  if (series_count_ <= 2 * named) return;
  const RefTable<Series> all = std::exchange(series_, {});
  series_count_ = 0;
  for (const auto& layout : living) {
    for (uint32_t p = 0; p < layout->size(); ++p) keep(layout->ref(p), *all.find(layout->ref(p)));
  }
}

void WriteRelabeling::keep(uint64_t ref, const Series& series) {
  if (series_.find(ref) == nullptr) ++series_count_;
  series_.put(ref, series);
}

std::shared_ptr<const wire::LabelBlock> WriteRelabeling::labels(const Layout& layout) {
  if (!encodes()) return nullptr;
  Judged& judged = judge(layout);
  if (judged.block == nullptr) {
    wire::LabelBlock::Builder builder;
    for (uint32_t p = 0; p < layout.size(); ++p)
      builder.add_encoded(judge_series(layout, p).encoded);
    judged.block = builder.build();
  }
  return judged.block;
}

Labels WriteRelabeling::series(const Layout& layout, uint32_t position) {
  Labels labels = source_.series(layout, position);
  return rules_.apply(labels) ? labels : Labels();
}

}  // namespace pushpull
