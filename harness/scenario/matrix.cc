#include "harness/scenario/matrix.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "harness/base/check.h"
#include "harness/yaml/overlay.h"
#include "harness/yaml/suggest.h"

namespace pushpull {
namespace {

using yaml::Node;

constexpr const char* kExclude = "exclude";

// What all cells of a result have in common.
constexpr std::string_view kFixed[] = {"version",     "name",     "description", "engine",
                                       "repetitions", "baseline", "profiles",    "matrix"};

std::string_view first_key(std::string_view path) {
  return path.substr(0, path.find_first_of(".["));
}

// The last `count` components of a path.
std::string_view tail(std::string_view path, int count) {
  size_t begin = path.size() + 1;
  for (int i = 0; i < count && begin >= 2; ++i) {
    const size_t dot = path.rfind('.', begin - 2);
    begin = dot == std::string_view::npos ? 0 : dot + 1;
  }
  return path.substr(std::min(begin, path.size()));
}

std::vector<std::string> keys_of(const Node& map) {
  std::vector<std::string> keys;
  for (const Node& child : map.children) keys.push_back(child.key);
  return keys;
}

// Paths into a map of names must not make a new entry. Returns what is wrong, or "".
std::string missing_entry(const Node& document, std::string_view path) {
  const std::string_view map_key = first_key(path);
  if ((map_key != "variants" && map_key != "links") || map_key.size() == path.size()) return "";
  const Node* map = document.find(map_key);
  const std::string_view rest = path.substr(map_key.size() + 1);
  std::string_view name = rest;
  if (map != nullptr && yaml::step(*map, name) != nullptr) return "";
  const std::string wanted(rest.substr(0, rest.find('.')));
  return "no '" + wanted + "' in " + std::string(map_key) +
         (map == nullptr ? "" : yaml::suggest(wanted, keys_of(*map)));
}

}  // namespace

Matrix::Matrix(Node& document, yaml::Diagnostics& diagnostics) : diagnostics_(&diagnostics) {
  take(document);
}

void Matrix::take(Node& document) {
  const Node* found = document.find("matrix");
  if (found == nullptr) return;
  const Node matrix = *found;
  std::erase_if(document.children, [](const Node& child) { return child.key == "matrix"; });
  if (matrix.kind == Node::Kind::kNull) return;
  if (matrix.kind != Node::Kind::kMap) {
    return error(matrix.place(), "matrix: expected a map of paths to lists of values");
  }
  for (const Node& entry : matrix.children) {
    if (entry.key != kExclude) take_axis(entry, document);
  }
  name_axes();
  check_size(matrix.place());
  if (const Node* exclude = matrix.find(kExclude); exclude != nullptr && !broken_) {
    take_exclusions(*exclude);
  }
}

void Matrix::error(const yaml::Position& place, std::string message) {
  broken_ = true;
  diagnostics_->error(place, std::move(message));
}

void Matrix::take_axis(const Node& entry, const Node& document) {
  const std::string& path = entry.key;
  const std::string where = "matrix." + path + ": ";
  if (entry.kind == Node::Kind::kNull) return;
  if (std::ranges::count(kFixed, first_key(path)) > 0) {
    return error(entry.key_position, where + "cannot be swept: it is one for all cells");
  }
  if (const std::string why = missing_entry(document, path); !why.empty()) {
    return error(entry.key_position, where + why);
  }
  const Node* set = yaml::find_path(document, path);
  if (set != nullptr && set->position.source->is_option) {
    return error(set->position, "the matrix sweeps " + path + ": choose its values with --set '" +
                                    "matrix." + path + "=[…]'");
  }
  Axis axis{path, "", entry.key_position, {}};
  take_values(entry, axis);
  if (!axis.values.empty()) axes_.push_back(std::move(axis));
}

void Matrix::take_values(const Node& entry, Axis& axis) {
  const std::string where = "matrix." + axis.path + ": ";
  if (entry.kind != Node::Kind::kList || entry.children.empty()) {
    return error(entry.place(), where + "expected a list of at least one value");
  }
  for (const Node& value : entry.children) {
    const bool taken =
        std::ranges::any_of(axis.values, [&](const Node& v) { return v.text == value.text; });
    if (value.kind != Node::Kind::kScalar || value.text.empty()) {
      error(value.place(), where + "each value must be a single one");
    } else if (taken) {
      error(value.place(), where + "'" + value.text + "' is listed twice");
    } else {
      axis.values.push_back(value);
    }
  }
}

void Matrix::name_axes() {
  for (Axis& axis : axes_) {
    const auto ambiguous = [&](int count) {
      return std::ranges::count_if(axes_, [&](const Axis& other) {
               return tail(other.path, count) == tail(axis.path, count);
             }) > 1;
    };
    int count = 1;
    while (ambiguous(count)) ++count;  // ends: paths are distinct
    axis.label = tail(axis.path, count);
  }
}

void Matrix::check_size(const yaml::Position& place) {
  size_t cells = 1;
  for (const Axis& axis : axes_) {
    cells *= axis.values.size();
    if (cells <= kMaxCells) continue;
    return error(place,
                 "matrix: more than " + std::to_string(kMaxCells) + " cells: list fewer values");
  }
}

void Matrix::take_exclusions(const Node& list) {
  if (list.kind == Node::Kind::kNull) return;
  if (list.kind != Node::Kind::kList) {
    return error(list.place(), "matrix.exclude: expected a list of maps of paths to a value");
  }
  for (const Node& entry : list.children) take_exclusion(entry);
  if (!broken_ && all_points().empty()) {
    error(list.place(), "matrix.exclude: leaves no cell");
  }
}

void Matrix::take_exclusion(const Node& entry) {
  if (entry.kind != Node::Kind::kMap || entry.children.empty()) {
    return error(entry.place(), "matrix.exclude: expected a map of paths to a value");
  }
  std::vector<std::string> paths;
  for (const Axis& axis : axes_) paths.push_back(axis.path);
  std::vector<Condition> conditions;
  for (const Node& pair : entry.children) {
    const auto axis = static_cast<size_t>(std::ranges::find(paths, pair.key) - paths.begin());
    if (axis == paths.size()) {
      error(pair.key_position, "matrix.exclude: '" + pair.key + "' is no axis of the matrix" +
                                   yaml::suggest(pair.key, paths));
    } else if (std::ranges::none_of(axes_[axis].values,
                                    [&](const Node& v) { return v.text == pair.text; })) {
      error(pair.place(),
            "matrix.exclude: matches nothing: '" + pair.text + "' is no value of " + pair.key);
    } else {
      conditions.push_back({axis, pair.text});
    }
  }
  exclusions_.push_back(std::move(conditions));
}

bool Matrix::excluded(const std::vector<size_t>& chosen) const {
  return std::ranges::any_of(exclusions_, [&](const std::vector<Condition>& conditions) {
    return std::ranges::all_of(conditions, [&](const Condition& condition) {
      return axes_[condition.axis].values[chosen[condition.axis]].text == condition.text;
    });
  });
}

Matrix::Point Matrix::point(const std::vector<size_t>& chosen) const {
  Point point;
  for (size_t i = 0; i < axes_.size(); ++i) {
    const Node& value = axes_[i].values[chosen[i]];
    point.id += (i == 0 ? "" : ",") + axes_[i].label + "=" + value.text;
    point.axes.push_back(make_axis_value(axes_[i].path, value.text, value.quoted));
    point.values.push_back(&value);
  }
  if (axes_.empty()) point.id = "default";
  return point;
}

std::vector<Matrix::Point> Matrix::all_points() const {
  std::vector<Point> points;
  std::vector<size_t> chosen(axes_.size(), 0);
  while (true) {
    if (!excluded(chosen)) points.push_back(point(chosen));
    size_t axis = axes_.size();
    while (axis > 0 && ++chosen[axis - 1] == axes_[axis - 1].values.size()) chosen[--axis] = 0;
    if (axis == 0) return points;
  }
}

std::vector<Matrix::Point> Matrix::points() const {
  if (broken_) return {point(std::vector<size_t>(axes_.size(), 0))};
  return all_points();
}

Node Matrix::at(const Node& document, const Point& point, yaml::Diagnostics& diagnostics) const {
  CHECK(point.values.size() == axes_.size());
  Node result = document;
  for (size_t i = 0; i < axes_.size(); ++i) {
    yaml::set(result, axes_[i].path, *point.values[i], axes_[i].place, diagnostics);
  }
  return result;
}

}  // namespace pushpull
