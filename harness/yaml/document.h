// YAML text as a tree of located nodes, strict where yaml-cpp is not: repeated keys, merge keys,
// further documents and unknown tags are errors; text is limited in size, depth and (with its
// aliases expanded) in nodes. The only user of yaml-cpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/yaml/diagnostics.h"

namespace pushpull::yaml {

inline constexpr size_t kMaxDocumentBytes = size_t{1} << 20;
inline constexpr size_t kMaxDocumentNodes = 100'000;
inline constexpr size_t kMaxDocumentDepth = 64;

struct Node {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  Position position;  // of the value

  std::string key;  // in the map above; "" elsewhere
  Position key_position;

  std::string text;     // scalars: as written, untyped
  bool quoted = false;  // scalars: certainly a string

  std::vector<Node> children;  // items of a list, entries of a map with distinct keys

  // The entry of a map, or null.
  const Node* find(std::string_view name) const;
  Node* find(std::string_view name);

  // Where to point at it: scalars at the value, the rest at the key where there is one.
  const Position& place() const;
};

// One step along a path such as "timeline[1].at" or "variants.push-v2", which loses what was taken:
// a key of the map, the whole path where the map has it (keys may hold dots and brackets), or an
// index. Null where there is no such child.
const Node* step(const Node& node, std::string_view& path);
// All the way, or null.
const Node* find_path(const Node& root, std::string_view path);

// Reports what is wrong to `diagnostics`. Nothing comes back where the syntax is broken; otherwise
// a tree that is good enough to look for further errors. Empty text is a null.
std::optional<Node> parse_document(const std::shared_ptr<const Source>& source,
                                   Diagnostics& diagnostics);

// A configuration file's text, at most kMaxDocumentBytes. The error names the file.
Result<std::string> read_text_file(const std::string& path);

}  // namespace pushpull::yaml
