#include "harness/scenario/leaf_labels.h"

namespace pushpull {

std::string leaf_name(uint32_t leaf) { return "leaf-" + std::to_string(leaf); }

Labels leaf_external_labels(uint32_t leaf) { return {{"prometheus", leaf_name(leaf)}}; }

std::vector<SentLabels> sent_labels(const Variant& variant, uint32_t leaves) {
  const Relabeler rules = variant.remote_write
                              ? Relabeler(variant.remote_write->config.write_relabel_configs)
                              : Relabeler();
  std::vector<SentLabels> sent;
  for (uint32_t leaf = 0; leaf < leaves; ++leaf)
    sent.push_back({leaf_external_labels(leaf), rules});
  return sent;
}

}  // namespace pushpull
