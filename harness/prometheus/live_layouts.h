// The layouts of one server that are still in someone's hands: a scrape cache, the WAL, a queue, a
// batch on its way. Labels of their series may still be asked for. Loop thread only.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "harness/workload/layout.h"

namespace pushpull {

class LiveLayouts {
 public:
  // Every layout, once, when it is made; returns it. Costs a sweep now and then: memory stays
  // within twice the layouts that live.
  std::shared_ptr<const Layout> add(std::shared_ptr<const Layout> layout) {
    if (layouts_.size() >= sweep_at_) {
      std::erase_if(layouts_, [](const auto& known) { return known.expired(); });
      sweep_at_ = std::max(kSweepAt, 2 * layouts_.size());
    }
    layouts_.push_back(layout);
    return layout;
  }

  // Calls f(layout) for each that lives.
  template <class F>
  void for_each(F&& f) const {
    for (const std::weak_ptr<const Layout>& known : layouts_) {
      if (const std::shared_ptr<const Layout> layout = known.lock()) f(*layout);
    }
  }

 private:
  static constexpr size_t kSweepAt = 64;
  std::vector<std::weak_ptr<const Layout>> layouts_;
  size_t sweep_at_ = kSweepAt;
};

}  // namespace pushpull
