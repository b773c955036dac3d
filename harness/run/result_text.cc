#include "harness/run/result_text.h"

#include <algorithm>

namespace pushpull {
namespace {

using Json = nlohmann::ordered_json;

// Holds objects, however deep.
bool has_objects(const Json& json) {
  if (json.is_object()) return true;
  return json.is_array() && std::ranges::any_of(json, has_objects);
}

void write(const Json& json, size_t depth, std::string& out) {
  // A small object without further ones, such as a metric, fits on a line as well.
  const bool flat = json.is_object() && std::ranges::none_of(json, [](const Json& member) {
                      return member.is_structured();
                    });
  if (json.empty() || flat || !has_objects(json)) {
    out += json.dump();
    return;
  }
  const bool object = json.is_object();
  out += object ? '{' : '[';
  bool first = true;
  for (const auto& [key, member] : json.items()) {
    out += first ? "\n" : ",\n";
    first = false;
    out.append(depth + 1, ' ');
    if (object) out += Json(key).dump() + ": ";
    write(member, depth + 1, out);
  }
  out += '\n';
  out.append(depth, ' ');
  out += object ? '}' : ']';
}

}  // namespace

std::string result_text(const Json& document) {
  std::string out;
  write(document, 0, out);
  out += '\n';
  return out;
}

}  // namespace pushpull
