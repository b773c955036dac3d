// What is wrong with a document, all of it at once, each error where it stands:
//
//   scenario.yaml:23:7: error: unknown key 'max_shard' in queue_config; did you mean 'max_shards'?
//         max_shard: 5
//         ^
//
// Lines that may hold a secret are not quoted.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace pushpull::yaml {

// Where text came from: a file, or an option of the command line such as `--set workload.series`,
// whose errors are named after the option, without line and column.
struct Source {
  std::string name;
  std::string text;
  bool is_option = false;
  int order = 0;  // errors of lower sources are printed first
};

struct Position {
  std::shared_ptr<const Source> source;
  int line = 1;    // from 1
  int column = 1;  // from 1, in bytes

  bool operator==(const Position&) const = default;
};

class Diagnostics {
 public:
  // The same message at the same place is kept once; of more than kMaxKept only the number is.
  void error(const Position& position, std::string message);

  bool empty() const { return errors_.empty(); }
  bool has_error_at(const Position& position) const;

  struct Diagnostic {
    Position position;
    std::string message;
  };
  // In the order they were found.
  const std::vector<Diagnostic>& errors() const { return errors_; }

  // Sorted by source and position; at most kMaxPrinted of them, then their number. No newline at
  // the end.
  std::string to_string() const;
  // Requires: !empty().
  Error to_error() const { return Error{to_string()}; }

  static constexpr size_t kMaxPrinted = 50;
  static constexpr size_t kMaxKept = 1000;

 private:
  std::vector<Diagnostic> errors_;
  size_t not_kept_ = 0;
};

}  // namespace pushpull::yaml
