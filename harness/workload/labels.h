// A label set as Prometheus keeps it: sorted by name, no empty values, no repeated names.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pushpull {

struct Label {
  std::string name;
  std::string value;
  auto operator<=>(const Label&) const = default;
};

class Labels {
 public:
  Labels() = default;
  // Sorts by name (bytewise) and drops labels with an empty value. Repeated names are kept for the
  // caller to judge: see has_duplicate_names().
  explicit Labels(std::vector<Label> labels);

  // The value, or "" where the label is absent: absent and empty are the same in Prometheus.
  std::string_view get(std::string_view name) const;
  std::string_view metric_name() const { return get("__name__"); }
  bool has(std::string_view name) const { return !get(name).empty(); }
  bool has_duplicate_names() const;

  // Replaces or adds; an empty value removes.
  void set(std::string_view name, std::string_view value);

  size_t size() const { return labels_.size(); }
  bool empty() const { return labels_.empty(); }
  auto begin() const { return labels_.begin(); }
  auto end() const { return labels_.end(); }
  auto operator<=>(const Labels&) const = default;

  // name{a="b"} with Prometheus's escapes; for logs and errors.
  std::string to_string() const;

 private:
  std::vector<Label> labels_;
};

}  // namespace pushpull
