// One table per configuration struct, visited by everyone: the strict parser fills it, the dumper
// writes it expanded, the schema writer describes it. A struct takes part by a free function `void
// bind(yaml::Fields&, T&)`:
//
//   void bind(yaml::Fields& f, QueueConfig& c) {
//     f.integer("capacity", c.capacity, {.doc = "samples buffered per shard", .min = 1});
//     f.duration("batch_send_deadline", c.batch_send_deadline, {.doc = "longest wait of a partial
//     batch"});
//   }
//
// Fields left out of the document keep the value they had: defaults are the struct's initialisers.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/time.h"

namespace pushpull::yaml {

struct FieldInfo {
  const char* doc = "";
  int64_t min =
      std::numeric_limits<int64_t>::min();  // integers and counts; durations in nanoseconds
  int64_t max = std::numeric_limits<int64_t>::max();
  bool required = false;
  // Strings: the only values allowed, if not empty.
  std::vector<std::string_view> choices = {};
};

class Fields {
 public:
  virtual ~Fields() = default;

  virtual void boolean(std::string_view key, bool& value, const FieldInfo& info) = 0;
  virtual void integer(std::string_view key, int64_t& value, const FieldInfo& info) = 0;  // 500
  virtual void count(std::string_view key, int64_t& value, const FieldInfo& info) = 0;    // 100k
  virtual void number(std::string_view key, double& value, const FieldInfo& info) = 0;    // 0.25
  virtual void percent(std::string_view key, double& value,
                       const FieldInfo& info) = 0;  // 0.1% as 0.001
  virtual void duration(std::string_view key, Duration& value, const FieldInfo& info) = 0;  // 15s
  virtual void bandwidth(std::string_view key, int64_t& value,
                         const FieldInfo& info) = 0;  // 200Mbit/s, in bits/s
  virtual void string(std::string_view key, std::string& value, const FieldInfo& info) = 0;
  virtual void strings(std::string_view key, std::vector<std::string>& value,
                       const FieldInfo& info) = 0;
  // A map of names to strings, in document order (labels, headers).
  virtual void string_map(std::string_view key,
                          std::vector<std::pair<std::string, std::string>>& value,
                          const FieldInfo& info) = 0;
  // Prometheus's `params`: a map of names to lists of strings.
  virtual void string_lists(std::string_view key,
                            std::vector<std::pair<std::string, std::vector<std::string>>>& value,
                            const FieldInfo& info) = 0;
  // A key of the real format that is accepted and changes nothing that is shipped; listed once for
  // the user.
  virtual void ignored(std::string_view key) = 0;
  // A key of the real format that would change what is shipped and is not implemented: an error at
  // its line.
  virtual void unsupported(std::string_view key, std::string_view why) = 0;

  // A nested struct; `present` (may be null) learns whether the key was there.
  template <class T>
  void object(std::string_view key, T& value, const FieldInfo& info, bool* present = nullptr) {
    const bool entered = enter(key, info);
    if (present != nullptr && (entered || parsing())) *present = entered;
    if (!entered) return;
    bind(*this, value);
    leave();
  }
  // As object(), absent unless the key is there.
  template <class T>
  void optional(std::string_view key, std::optional<T>& value, const FieldInfo& info) {
    if (!parsing() && !value.has_value() && !describing()) return;
    if (!enter(key, info)) return;
    if (!value.has_value()) value.emplace();
    bind(*this, *value);
    leave();
  }
  // A list of structs.
  template <class T>
  void list(std::string_view key, std::vector<T>& value, const FieldInfo& info) {
    const size_t n = enter_list(key, value.size(), info);
    if (n == kAbsent) return;
    if (parsing()) value.assign(n, T());
    if (describing() && value.empty()) value.emplace_back();
    for (size_t i = 0; i < n; ++i) {
      if (!enter_item(i)) continue;
      bind(*this, value[i]);
      leave();
    }
    leave();
  }
  // A map of names to structs, in document order.
  template <class T>
  void map(std::string_view key, std::vector<std::pair<std::string, T>>& value,
           const FieldInfo& info) {
    std::vector<std::string> keys;
    for (const auto& [name, unused] : value) keys.push_back(name);
    if (!enter_map(key, keys, info)) return;
    if (parsing()) {
      value.clear();
      for (const std::string& name : keys) value.emplace_back(name, T());
    }
    if (describing() && value.empty()) {
      value.emplace_back("*", T());
      keys.emplace_back("*");
    }
    for (auto& [name, item] : value) {
      if (!enter_entry(name)) continue;
      bind(*this, item);
      leave();
    }
    leave();
  }

  // For checks between fields. Reported at the value of `key` in the struct being bound (at the
  // struct itself where the key is absent). Only the parser listens.
  virtual void error(std::string_view key, std::string message) = 0;
  // Whether the document has `key` in the struct being bound. False unless parsing.
  virtual bool has(std::string_view key) const = 0;

  virtual bool parsing() const = 0;
  virtual bool describing() const = 0;  // the schema writer: visit every alternative once

 protected:
  static constexpr size_t kAbsent = ~size_t{0};
  virtual bool enter(std::string_view key, const FieldInfo& info) = 0;
  // Returns the number of items, or kAbsent. `size` is the present length where not parsing.
  virtual size_t enter_list(std::string_view key, size_t size, const FieldInfo& info) = 0;
  virtual bool enter_item(size_t i) = 0;
  virtual bool enter_map(std::string_view key, std::vector<std::string>& keys,
                         const FieldInfo& info) = 0;
  virtual bool enter_entry(std::string_view name) = 0;
  virtual void leave() = 0;
};

}  // namespace pushpull::yaml
