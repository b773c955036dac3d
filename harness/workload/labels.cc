#include "harness/workload/labels.h"

#include <algorithm>

namespace pushpull {

Labels::Labels(std::vector<Label> labels) : labels_(std::move(labels)) {
  std::erase_if(labels_, [](const Label& label) { return label.value.empty(); });
  std::ranges::stable_sort(labels_, {}, &Label::name);
}

std::string_view Labels::get(std::string_view name) const {
  const auto at = std::ranges::lower_bound(labels_, name, {}, &Label::name);
  return at != labels_.end() && at->name == name ? std::string_view(at->value) : "";
}

bool Labels::has_duplicate_names() const {
  return std::ranges::adjacent_find(labels_, {}, &Label::name) != labels_.end();
}

void Labels::set(std::string_view name, std::string_view value) {
  const auto at = std::ranges::lower_bound(labels_, name, {}, &Label::name);
  const bool present = at != labels_.end() && at->name == name;
  if (value.empty()) {
    if (present) labels_.erase(at);
  } else if (present) {
    at->value = value;
  } else {
    labels_.insert(at, Label{std::string(name), std::string(value)});
  }
}

std::string Labels::to_string() const {
  std::string out(metric_name());
  out += '{';
  bool first = true;
  for (const Label& label : labels_) {
    if (label.name == "__name__") continue;
    if (!first) out += ',';
    first = false;
    out += label.name;
    out += "=\"";
    append_escaped(out, label.value);
    out += '"';
  }
  out += '}';
  return out;
}

void append_escaped(std::string& out, std::string_view label_value) {
  for (const char c : label_value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
}

Labels with_target_labels(const Labels& exposed, const Labels& target, bool honor_labels) {
  Labels merged = exposed;
  std::vector<Label> displaced;
  for (const Label& label : target) {
    const std::string_view in_the_way = exposed.get(label.name);
    if (honor_labels && !in_the_way.empty()) continue;
    if (!in_the_way.empty()) displaced.push_back({label.name, std::string(in_the_way)});
    merged.set(label.name, label.value);
  }
  std::ranges::stable_sort(displaced, {}, [](const Label& label) { return label.name.size(); });
  for (Label& label : displaced) {
    do {
      label.name.insert(0, "exported_");
    } while (merged.has(label.name));
    merged.set(label.name, label.value);
  }
  return merged;
}

}  // namespace pushpull
