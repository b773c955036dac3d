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
  std::vector<uint32_t> kept;
  std::vector<uint32_t> dropped;
  for (uint32_t p = 0; p < layout.size(); ++p) {
    const bool keep = judge_series(layout, p).verdict == Series::Verdict::kKept;
    (keep ? kept : dropped).push_back(p);
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
  if (ref >= series_.size()) series_.resize(ref + 1);
  Series& series = series_[ref];
  if (series.verdict != Series::Verdict::kUnknown) return series;
  Labels labels = source_.series(layout, position);
  const bool kept = rules_.apply(labels);
  series.verdict = kept ? Series::Verdict::kKept : Series::Verdict::kDropped;
  if (kept && encodes()) wire::encode_labels(labels, series.encoded);
  return series;
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
