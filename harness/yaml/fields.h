// One table per configuration struct, visited by everyone: the strict parser fills the struct from
// it, the dumper writes it expanded. A struct takes part by a free function `void
// bind(yaml::Fields&, T&)`:
//
//   void bind(yaml::Fields& f, QueueConfig& c) {
//     f.integer("capacity", c.capacity, {.doc = "samples buffered per shard", .min = 1});
//     f.duration("batch_send_deadline", c.batch_send_deadline, {.doc = "wait of a partial batch"});
//   }
//
// Fields left out of the document keep the value they had: defaults are the struct's initialisers.
// Keys are string literals. Implementations live on one thread for the length of one bind().
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

#include "harness/base/secret.h"
#include "harness/base/time.h"

namespace pushpull::yaml {

struct FieldInfo {
  const char* doc = "";
  // Inclusive limits of numbers, counts and bandwidths; of durations in nanoseconds.
  int64_t min = std::numeric_limits<int64_t>::min();
  int64_t max = std::numeric_limits<int64_t>::max();
  bool required = false;
  // Strings: the only values allowed, if not empty.
  std::vector<std::string_view> choices = {};
  // Added to the error about a value that is not among the choices.
  const char* otherwise = "";
};

class Fields {
 public:
  virtual ~Fields() = default;

  virtual void boolean(std::string_view key, bool& value, const FieldInfo& info) = 0;
  virtual void integer(std::string_view key, int64_t& value, const FieldInfo& info) = 0;
  // As people write them: 100k.
  virtual void count(std::string_view key, int64_t& value, const FieldInfo& info) = 0;
  virtual void number(std::string_view key, double& value, const FieldInfo& info) = 0;
  // 0.1% is 0.001.
  virtual void percent(std::string_view key, double& value, const FieldInfo& info) = 0;
  virtual void duration(std::string_view key, Duration& value, const FieldInfo& info) = 0;
  // In bits per second: 200Mbit/s. `unlimited` is 0.
  virtual void bandwidth(std::string_view key, int64_t& value, const FieldInfo& info) = 0;
  virtual void string(std::string_view key, std::string& value, const FieldInfo& info) = 0;
  virtual void strings(std::string_view key, std::vector<std::string>& value,
                       const FieldInfo& info) = 0;
  // A map of names to strings, in document order (labels, headers).
  virtual void string_map(std::string_view key,
                          std::vector<std::pair<std::string, std::string>>& value,
                          const FieldInfo& info) = 0;
  // A string that is shown to nobody: dumps have <secret> in its place, and errors do not quote its
  // line.
  virtual void secret(std::string_view key, Secret& value, const FieldInfo& info) = 0;
  // A map of names to such strings, in document order.
  virtual void secret_map(std::string_view key, std::vector<std::pair<std::string, Secret>>& value,
                          const FieldInfo& info) = 0;
  // Prometheus's `params`: a map of names to lists of strings.
  virtual void string_lists(std::string_view key,
                            std::vector<std::pair<std::string, std::vector<std::string>>>& value,
                            const FieldInfo& info) = 0;
  // A key of the real format that is accepted and changes nothing that is shipped; listed once for
  // the user.
  virtual void ignored(std::string_view key) = 0;
  // A key that would change what happens and is not implemented: an error at its line.
  virtual void unsupported(std::string_view key, std::string_view why) = 0;
  // A key that another pass over the document reads.
  virtual void elsewhere(std::string_view key) = 0;

  // An enum by the names of its values.
  template <class E>
  void choice(std::string_view key, E& value,
              std::initializer_list<std::pair<std::string_view, E>> names, FieldInfo info) {
    std::string text;
    for (const auto& [name, candidate] : names) {
      info.choices.push_back(name);
      if (candidate == value) text = name;
    }
    string(key, text, info);
    for (const auto& [name, candidate] : names) {
      if (name == text) value = candidate;
    }
  }

  // A nested struct; `present` (may be null) learns whether the key was there.
  template <class T>
  void object(std::string_view key, T& value, const FieldInfo& info, bool* present = nullptr) {
    const bool entered = enter(key, info);
    if (present != nullptr && (entered || parsing())) *present = entered;
    if (!entered) return;
    bind(*this, value);
    leave();
  }
  // As object(), absent unless the key is there. A value it holds beforehand gives the defaults.
  template <class T>
  void optional(std::string_view key, std::optional<T>& value, const FieldInfo& info) {
    if (!parsing() && !value.has_value()) return;
    if (!enter(key, info)) {
      value.reset();
      return;
    }
    if (!value.has_value()) value.emplace();
    bind(*this, *value);
    leave();
  }
  // A list of structs. `prototype` gives the defaults of each.
  template <class T>
  void list(std::string_view key, std::vector<T>& value, const FieldInfo& info,
            const T& prototype = T()) {
    const size_t n = enter_list(key, value.size(), info);
    if (n == kAbsent) return;
    if (parsing()) value.assign(n, prototype);
    for (size_t i = 0; i < n; ++i) {
      if (!enter_item(i)) continue;
      bind(*this, value[i]);
      leave();
    }
    leave();
  }
  // A map of names to structs, in document order. `prototype` gives the defaults of each.
  template <class T>
  void map(std::string_view key, std::vector<std::pair<std::string, T>>& value,
           const FieldInfo& info, const T& prototype = T()) {
    std::vector<std::string> names;
    for (const auto& entry : value) names.push_back(entry.first);
    if (!enter_map(key, names, info)) return;
    if (parsing()) {
      value.clear();
      for (const std::string& name : names) value.emplace_back(name, prototype);
    }
    for (auto& [name, item] : value) {
      if (!enter_entry(name)) continue;
      bind(*this, item);
      leave();
    }
    leave();
  }

  // For checks between fields. `path` leads from the struct being bound to the value at fault
  // ("scrape_timeout", "timeline[1].at"; "" is the struct itself); the error stands at the deepest
  // part of it that the document has, and is dropped where that place has an error already. Only
  // the parser listens.
  virtual void error(std::string_view path, std::string message) = 0;
  // How a value is written that may be a name or a map: `central: mock`, `central: {url: …}`. Bind
  // the name, the map, or both, the name first.
  enum class Form { kName, kMap, kEither };
  // `held`: the form of the value at hand.
  virtual Form form_of(std::string_view key, Form held) const = 0;
  // Whether an error was found so far. False unless parsing.
  virtual bool failed() const { return false; }
  // Whether the document has `key` in the struct being bound. False unless parsing.
  virtual bool has(std::string_view key) const = 0;
  virtual bool parsing() const = 0;

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
