// Where a sender finds the labels of the series it ships.
#pragma once

#include <memory>

#include "harness/wire/write_request.h"
#include "harness/workload/layout.h"

namespace pushpull {

// Loop thread only.
class LabelSource {
 public:
  virtual ~LabelSource() = default;
  // The labels as they go on the wire (external labels included) of every series of `layout`.
  // Called for each slice of each batch: implementations keep one block per layout. Null where
  // requests are never really encoded (virtual time, large runs).
  virtual std::shared_ptr<const wire::LabelBlock> labels(const Layout& layout) = 0;
  // Whether labels() gives any.
  virtual bool encodes() const = 0;
  // The labels of one series, as labels() encodes them or would. Slow path.
  virtual Labels series(const Layout& layout, uint32_t position) = 0;
};

}  // namespace pushpull
