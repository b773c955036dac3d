#include "harness/relabel/relabeler.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "harness/base/check.h"
#include "harness/relabel/letter_case.h"

namespace pushpull {
namespace {

using enum RelabelAction;

std::string joined_values(const RelabelConfig& config, const Labels& labels) {
  std::string out;
  for (size_t i = 0; i < config.source_labels.size(); ++i) {
    if (i > 0) out += config.separator;
    out += labels.get(config.source_labels[i]);
  }
  return out;
}

// The last eight bytes of the MD5, the first of them the most significant.
uint64_t hash_of(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const int done = EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr);
  CHECK(done == 1 && size == 16) << "OpenSSL has no MD5";
  uint64_t hash = 0;
  for (size_t i = 8; i < 16; ++i) hash = hash << 8 | digest[i];
  return hash;
}

void replace(const RelabelConfig& config, const AnchoredRegex& regex, const std::string& value,
             Labels& labels) {
  const auto captures = regex.find(value);
  if (!captures) return;
  const std::string target = regex.expand(config.target_label, *captures);
  const bool valid = wire::valid_label_name(target, config.dialect.names);
  const std::string replacement =
      valid ? regex.expand(config.replacement, *captures) : std::string();
  if (!replacement.empty()) return labels.set(target, replacement);
  if (!config.dialect.removes_expanded_target) {
    labels.set(config.target_label, "");
  } else if (valid) {
    labels.set(target, "");
  }
}

void map_names(const RelabelConfig& config, const AnchoredRegex& regex, Labels& labels) {
  const Labels before = labels;
  for (const Label& label : before) {
    if (!regex.matches(label.name)) continue;
    labels.set(regex.replace_all(label.name, config.replacement), label.value);
  }
}

// Removes the labels whose name matches, or does not.
void remove_names(const AnchoredRegex& regex, bool matching, Labels& labels) {
  std::vector<Label> kept;
  kept.reserve(labels.size());
  for (const Label& label : labels) {
    if (regex.matches(label.name) != matching) kept.push_back(label);
  }
  if (kept.size() < labels.size()) labels = Labels(std::move(kept));
}

}  // namespace

Relabeler::Relabeler(const std::vector<RelabelConfig>& rules) {
  rules_.reserve(rules.size());
  for (const RelabelConfig& config : rules) {
    rules_.push_back({config, AnchoredRegex::compile(config.regex, config.dialect.regex).value()});
  }
}

bool Relabeler::changes_labels() const {
  return std::ranges::any_of(rules_, [](const Rule& rule) {
    const RelabelAction action = rule.config.action;
    return action != kKeep && action != kDrop && action != kKeepEqual && action != kDropEqual;
  });
}

bool Relabeler::apply(Labels& labels) const {
  return std::ranges::all_of(rules_, [&labels](const Rule& rule) { return apply(rule, labels); });
}

bool Relabeler::apply(const Rule& rule, Labels& labels) {
  const RelabelConfig& config = rule.config;
  const std::string value = joined_values(config, labels);
  switch (config.action) {
    case kKeep:
      return rule.regex.matches(value);
    case kDrop:
      return !rule.regex.matches(value);
    case kKeepEqual:
      return labels.get(config.target_label) == value;
    case kDropEqual:
      return labels.get(config.target_label) != value;
    case kReplace:
      replace(config, rule.regex, value, labels);
      break;
    case kLowercase:
      labels.set(config.target_label, to_lower(value));
      break;
    case kUppercase:
      labels.set(config.target_label, to_upper(value));
      break;
    case kHashMod:
      labels.set(config.target_label,
                 std::to_string(hash_of(value) % static_cast<uint64_t>(config.modulus)));
      break;
    case kLabelMap:
      map_names(config, rule.regex, labels);
      break;
    case kLabelDrop:
      remove_names(rule.regex, true, labels);
      break;
    case kLabelKeep:
      remove_names(rule.regex, false, labels);
      break;
  }
  return true;
}

}  // namespace pushpull
