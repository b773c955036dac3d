// What the write_relabel_configs of one destination make of the series it would send.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/relabel/relabeler.h"
#include "harness/remote_write/label_source.h"
#include "harness/workload/ref_table.h"

namespace pushpull {

// Each series is judged once, by its ref, and each layout put together from the verdicts once; a
// sample costs nothing. Verdicts on series that no living layout names are forgotten once they are
// the most. Loop thread only.
class WriteRelabeling : public LabelSource {
 public:
  // `source` is borrowed: labels before relabelling. Requires: rules that bind() took.
  WriteRelabeling(LabelSource& source, const std::vector<RelabelConfig>& rules)
      : source_(source), rules_(rules) {}

  // Without rules nobody needs to ask.
  bool any() const { return !rules_.empty(); }

  struct Parts {
    const LayoutPart& kept;
    const LayoutPart& dropped;
  };
  Parts parts(const Layout& layout);

  // After relabelling; dropped series have none.
  std::shared_ptr<const wire::LabelBlock> labels(const Layout& layout) override;
  Labels series(const Layout& layout, uint32_t position) override;
  bool encodes() const override { return source_.encodes(); }

 private:
  struct Series {
    bool kept = false;
    std::string encoded;  // of a kept one, where requests are encoded
  };
  struct Judged {
    std::weak_ptr<const Layout> layout;
    const LayoutPart* kept = nullptr;
    const LayoutPart* dropped = nullptr;
    std::shared_ptr<const wire::LabelBlock> block;  // made when it is first asked for
  };

  Judged& judge(const Layout& layout);
  const Series& judge_series(const Layout& layout, uint32_t position);
  void forget_ended();
  void keep(uint64_t ref, const Series& series);

  LabelSource& source_;
  const Relabeler rules_;
  RefTable<Series> series_;
  uint64_t series_count_ = 0;
  std::unordered_map<const Layout*, Judged> layouts_;  // those of dead layouts are swept
};

}  // namespace pushpull
