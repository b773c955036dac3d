#include "harness/prometheus/extras_builder.h"

namespace pushpull {
namespace {

bool has_refs(const Layout& layout, const std::vector<uint64_t>& refs) {
  if (layout.size() != refs.size()) return false;
  for (uint32_t p = 0; p < layout.size(); ++p) {
    if (layout.ref(p) != refs[p]) return false;
  }
  return true;
}

std::shared_ptr<const Layout> layout_of(std::vector<uint64_t> refs,
                                        std::shared_ptr<const Layout>& before) {
  if (before == nullptr || !has_refs(*before, refs)) {
    before = std::make_shared<Layout>(std::move(refs));
  }
  return before;
}

Slice slice_of(Record made, const Record& like) {
  made.ordinal = like.ordinal;
  made.intended = like.intended;
  made.committed = like.committed;
  made.timestamp_ms = like.timestamp_ms;
  made.leaf_made = like.leaf_made;
  return Slice::whole(std::make_shared<const Record>(std::move(made)));
}

}  // namespace

ExtrasBuilder::Slices ExtrasBuilder::build(const Record& record, Layouts& layouts) {
  Slices slices;
  if (!histograms_.empty()) {
    auto layout = layout_of(std::move(histogram_refs_), layouts.histograms);
    slices.histograms =
        slice_of(Record::of_histograms(std::move(layout), std::move(histograms_)), record);
  }
  if (!exemplars_.empty()) {
    auto layout = layout_of(std::move(exemplar_refs_), layouts.exemplars);
    slices.exemplars =
        slice_of(Record::of_exemplars(std::move(layout), std::move(exemplars_)), record);
  }
  return slices;
}

}  // namespace pushpull
