// Values over time: rows of one fixed step, columns by name, as result.json holds them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/time.h"

namespace pushpull {

class TimeSeries {
 public:
  struct Column {
    std::string name;
    std::vector<double> values;  // up to the last row it has a value in; NaN where it has none
  };
  using ColumnId = size_t;
  static constexpr int64_t kMaxRows = 10'000'000;  // 11 days of 100 ms

  // Row r covers [begin + r*step, begin + (r+1)*step). Requires: step > 0.
  TimeSeries(Instant begin, Duration step);

  // The column of that name, made if new.
  ColumnId column(std::string_view name);
  // Whether `at` has a row: not before `begin`, nor kMaxRows or more behind it.
  bool covers(Instant at) const { return begin_ <= at && (at - begin_) / step_ < kMaxRows; }
  // Adds to the cell of `at`, replaces it, or replaces it by what is larger. Requires: covers(at).
  void add(ColumnId column, Instant at, double value);
  void set(ColumnId column, Instant at, double value);
  void raise(ColumnId column, Instant at, double value);

  Instant begin() const { return begin_; }
  Duration step() const { return step_; }
  // Rows of the longest column.
  size_t rows() const;
  const std::vector<Column>& columns() const { return columns_; }  // in order of creation
  // NaN where the cell has no value.
  double value(ColumnId column, size_t row) const;

 private:
  double& cell(ColumnId column, Instant at);

  Instant begin_;
  Duration step_;
  std::vector<Column> columns_;
};

// The same in larger steps, each the sum of those it covers. Requires: `step` is a multiple of that
// of `fine`.
TimeSeries sums(const TimeSeries& fine, Duration step);

}  // namespace pushpull
