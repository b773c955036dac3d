#include "harness/measure/time_series.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/base/check.h"

namespace pushpull {

namespace {

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TimeSeries::TimeSeries(Instant begin, Duration step) : begin_(begin), step_(step) {
  CHECK(step > Duration());
}

TimeSeries::ColumnId TimeSeries::column(std::string_view name) {
  const auto found = std::ranges::find(columns_, name, &Column::name);
  if (found != columns_.end()) return static_cast<ColumnId>(found - columns_.begin());
  columns_.push_back({std::string(name), {}});
  return columns_.size() - 1;
}

double& TimeSeries::cell(ColumnId column, Instant at) {
  CHECK(covers(at)) << "not a time of the run: " << at.unix_ns();
  std::vector<double>& values = columns_[column].values;
  const auto row = static_cast<size_t>((at - begin_) / step_);
  if (row >= values.size()) values.resize(row + 1, kNoValue);
  return values[row];
}

void TimeSeries::add(ColumnId column, Instant at, double value) {
  double& sum = cell(column, at);
  sum = std::isnan(sum) ? value : sum + value;
}

void TimeSeries::set(ColumnId column, Instant at, double value) { cell(column, at) = value; }

void TimeSeries::raise(ColumnId column, Instant at, double value) {
  double& largest = cell(column, at);
  if (std::isnan(largest) || largest < value) largest = value;
}

size_t TimeSeries::rows() const {
  size_t rows = 0;
  for (const Column& column : columns_) rows = std::max(rows, column.values.size());
  return rows;
}

double TimeSeries::value(ColumnId column, size_t row) const {
  const std::vector<double>& values = columns_[column].values;
  return row < values.size() ? values[row] : kNoValue;
}

TimeSeries sums(const TimeSeries& fine, Duration step) {
  CHECK(step % fine.step() == Duration()) << "no multiple of the step";
  TimeSeries coarse(fine.begin(), step);
  for (const TimeSeries::Column& column : fine.columns()) {
    const TimeSeries::ColumnId id = coarse.column(column.name);
    Instant at = fine.begin();
    for (const double value : column.values) {
      if (!std::isnan(value)) coarse.add(id, at, value);
      at += fine.step();
    }
  }
  return coarse;
}

}  // namespace pushpull
