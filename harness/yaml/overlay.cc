#include "harness/yaml/overlay.h"

#include <memory>
#include <optional>

namespace pushpull::yaml {
namespace {

constexpr const char* kPathRule = "a path is keys joined by single dots";

}  // namespace

void merge(Node& base, const Node& overlay) {
  const bool both_maps = base.kind == Node::Kind::kMap && overlay.kind == Node::Kind::kMap;
  if (!both_maps) {
    base = overlay;
    return;
  }
  for (const Node& entry : overlay.children) {
    if (Node* present = base.find(entry.key)) {
      merge(*present, entry);
    } else {
      base.children.push_back(entry);
    }
  }
}

Result<Setting> parse_setting(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return Error{"--set '" + std::string(text) +
                 "' needs path=value, for example --set workload.series=10k"};
  }
  const std::string path(text.substr(0, equals));
  return Setting{"--set " + path, path, std::string(text.substr(equals + 1))};
}

void set(Node& root, std::string_view path, Node value, const Position& here,
         Diagnostics& diagnostics) {
  if (path.ends_with('.')) return diagnostics.error(here, kPathRule);
  Node* node = &root;
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view left = rest;
    if (const Node* next = step(*node, rest)) {
      node = const_cast<Node*>(next);
      continue;
    }
    if (left.starts_with('[')) {
      const std::string item(left.substr(0, left.find(']') + 1));
      return diagnostics.error(here, "'" + node->key + "' has no item " + item);
    }
    if (node->kind == Node::Kind::kNull) node->kind = Node::Kind::kMap;
    if (node->kind != Node::Kind::kMap) {
      return diagnostics.error(here, "'" + node->key + "' is not a map: set it as a whole");
    }
    const size_t dot = left.find('.');
    if (dot == 0) return diagnostics.error(here, kPathRule);
    Node added;
    added.position = here;
    added.key = left.substr(0, dot);
    added.key_position = here;
    node->children.push_back(std::move(added));
    node = &node->children.back();
    rest = dot == std::string_view::npos ? std::string_view() : left.substr(dot + 1);
  }
  value.key = node->key;
  value.key_position = here;
  *node = std::move(value);
}

void apply(const Setting& setting, int order, Node& root, Diagnostics& diagnostics) {
  const auto source =
      std::make_shared<const Source>(Source{setting.option, setting.value, true, order});
  std::optional<Node> value = parse_document(source, diagnostics);
  if (value) set(root, setting.path, std::move(*value), Position{source, 1, 1}, diagnostics);
}

}  // namespace pushpull::yaml
