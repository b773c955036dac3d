#include "harness/yaml/overlay.h"

#include <memory>
#include <optional>

namespace pushpull::yaml {

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

void apply(const Setting& setting, int order, Node& root, Diagnostics& diagnostics) {
  const auto source =
      std::make_shared<const Source>(Source{setting.option, setting.value, true, order});
  std::optional<Node> value = parse_document(source, diagnostics);
  if (!value) return;
  const Position here{source, 1, 1};
  Node* node = &root;
  std::string_view rest = setting.path;
  while (true) {
    if (node->kind == Node::Kind::kNull) node->kind = Node::Kind::kMap;
    if (node->kind != Node::Kind::kMap) {
      diagnostics.error(here, "'" + node->key + "' is not a map: set it as a whole");
      return;
    }
    const size_t dot = rest.find('.');
    const std::string_view key = rest.substr(0, dot);
    if (key.empty()) {
      diagnostics.error(here, "a path is keys joined by single dots");
      return;
    }
    Node* child = node->find(key);
    if (child == nullptr) {
      Node added;
      added.position = here;
      added.key = key;
      added.key_position = here;
      node->children.push_back(std::move(added));
      child = &node->children.back();
    }
    node = child;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  value->key = node->key;
  value->key_position = here;
  *node = std::move(*value);
}

}  // namespace pushpull::yaml
