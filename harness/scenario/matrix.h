// `matrix` of a scenario: paths of the document that are swept, each over its values.
//
//   matrix:
//     workload.series: [10k, 100k]
//     link: [lan, wan]
//     exclude: [{workload.series: 10k, link: wan}]
//
// Works on the document, before it is bound: a cell is the document with one value of each axis.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/scenario/axis_value.h"
#include "harness/yaml/diagnostics.h"
#include "harness/yaml/document.h"

namespace pushpull {

inline constexpr size_t kMaxCells = 10'000;  // before exclusions

class Matrix {
 public:
  // Takes `matrix` out of the document, to which overlays were applied. An axis without a list (~)
  // is none: so a profile removes it. Mistakes are reported; what is right is kept.
  Matrix(yaml::Node& document, yaml::Diagnostics& diagnostics);

  struct Point {
    std::string id;  // "series=10k,link=wan", or "default" where nothing is swept
    std::vector<AxisValue> axes;
    std::vector<const yaml::Node*> values;  // of the matrix; one per axis
  };
  // In declared order, the last axis changing fastest, without those excluded. Where mistakes were
  // found, one point with the first value of each axis, which shows further mistakes. Never empty.
  std::vector<Point> points() const;

  // Requires: `document` is that of the constructor.
  yaml::Node at(const yaml::Node& document, const Point& point,
                yaml::Diagnostics& diagnostics) const;

 private:
  struct Axis {
    std::string path;
    std::string label;  // its last component, or as many as tell it from other axes
    yaml::Position place;
    std::vector<yaml::Node> values;  // scalars, distinct texts
  };
  struct Condition {
    size_t axis;
    std::string text;
  };

  void take(yaml::Node& document);
  void take_axis(const yaml::Node& entry, const yaml::Node& document);
  void take_values(const yaml::Node& entry, Axis& axis);
  void take_exclusions(const yaml::Node& list);
  void take_exclusion(const yaml::Node& entry);
  void check_size(const yaml::Position& place);
  void name_axes();
  void error(const yaml::Position& place, std::string message);
  // `chosen` has an index of a value per axis.
  Point point(const std::vector<size_t>& chosen) const;
  bool excluded(const std::vector<size_t>& chosen) const;
  std::vector<Point> all_points() const;

  std::vector<Axis> axes_;
  std::vector<std::vector<Condition>> exclusions_;
  yaml::Diagnostics* diagnostics_;  // during construction only
  bool broken_ = false;
};

}  // namespace pushpull
