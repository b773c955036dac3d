#include "harness/workload/text_template.h"

#include <algorithm>

#include "harness/base/check.h"
#include "harness/base/number_format.h"
#include "harness/workload/labels.h"

namespace pushpull {

TextTemplate::TextTemplate(std::span<const Family> families, bool churning) {
  for (const Family& family : families) {
    add_header(family);
    for (uint32_t row = 0; row < family.rows; ++row) add_row(family, row, churning);
  }
  literals_.shrink_to_fit();
  steps_.shrink_to_fit();
}

void TextTemplate::add_header(const Family& family) {
  literals_ += "# HELP " + family.name + ' ' + family.help + '\n';
  literals_ += "# TYPE " + family.name + ' ' + metric_type_name(family.type()) + '\n';
}

void TextTemplate::add_row(const Family& family, uint32_t row, bool churning) {
  static const LabelValue generation = LabelValue::of_slot(kGeneration);
  std::vector<Family::LabelRef> labels = family.labels(row);
  if (churning) labels.push_back({kGenerationLabel, &generation});
  std::ranges::sort(labels, {}, &Family::LabelRef::name);
  for (uint32_t member = 0; member < family.series_per_row(); ++member) {
    add_series(family.series_name(member), labels, family.bucket_bound(member));
  }
}

// Labels in order of their names, le last, as client libraries write them.
void TextTemplate::add_series(const std::string& name, const std::vector<Family::LabelRef>& labels,
                              std::string_view bound) {
  literals_ += name;
  char separator = '{';
  for (const Family::LabelRef& label : labels) {
    literals_ += separator;
    literals_.append(label.name).append("=\"");
    if (label.value->is_slot()) {
      add_hole(label.value->slot);
    } else {
      append_escaped(literals_, label.value->literal);
    }
    literals_ += '"';
    separator = ',';
  }
  if (!bound.empty()) {
    literals_ += separator;
    literals_.append("le=\"").append(bound).append("\"");
    separator = ',';
  }
  if (separator == ',') literals_ += '}';
  literals_ += ' ';
  add_hole(kValue);
  literals_ += '\n';
  ++series_;
}

void TextTemplate::add_hole(uint32_t hole) {
  steps_.push_back({static_cast<uint32_t>(literals_.size() - next_literal_), hole});
  next_literal_ = literals_.size();
}

void TextTemplate::render(const SlotTexts& slots, const GenerationTexts& generations,
                          std::span<const double> values, std::string& out) const {
  CHECK(values.size() == series_) << values.size() << " values for " << series_ << " series";
  const char* literal = literals_.data();
  const double* value = values.data();
  const double* const frontier = value + generations.frontier;
  out.reserve(out.size() + literals_.size() + values.size() * kMaxNumberSize);
  for (const Step& step : steps_) {
    out.append(literal, step.literal);
    literal += step.literal;
    if (step.hole == kValue) {
      append_number(out, *value++);
    } else if (step.hole == kGeneration) {
      out += value < frontier ? generations.newer : generations.older;
    } else {
      out += slots[step.hole];
    }
  }
  out.append(literal, literals_.data() + literals_.size());
}

}  // namespace pushpull
