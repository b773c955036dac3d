// A label set as Prometheus keeps it: sorted by name, no empty values, no repeated names. A value
// type: copies are independent, const access from any thread.
#pragma once

#include <initializer_list>
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
  Labels(std::initializer_list<Label> labels) : Labels(std::vector<Label>(labels)) {}

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

  // name{a="b"} with the escapes of the text format; for logs and errors.
  std::string to_string() const;

 private:
  std::vector<Label> labels_;
};

// Appends a label value as the text format writes it between quotes: `\\`, `\"` and `\n` escaped.
void append_escaped(std::string& out, std::string_view label_value);

// What a scraper stores for a series exposed with `exposed` by a target that carries `target`.
// honor_labels false: the target's labels win and an exposed one in their way becomes
// exported_<name>, prefixed again until the name is free, shortest names first. honor_labels true:
// the exposed labels win.
Labels with_target_labels(const Labels& exposed, const Labels& target, bool honor_labels);

}  // namespace pushpull
