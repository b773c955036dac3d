// What one target says of its metric families, as Prometheus's scrape cache keeps it.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/wire/exemplar.h"
#include "harness/wire/text.h"

namespace pushpull {

// A family is forgotten once no HELP, TYPE or UNIT line of eleven scrapes in a row has named it. A
// scrape that says what the last one said costs a comparison of those lines. Loop thread only.
class MetadataCache {
 public:
  // After a successful scrape.
  void take(const wire::ParsedText& parsed);
  // After a failed one.
  void failed() { ++scrape_; }

  // In the order in which they were first seen.
  const std::vector<wire::FamilyMetadata>& families() const { return families_; }

 private:
  static constexpr int64_t kKeptScrapes = 10;

  bool said_before(const wire::ParsedText& parsed) const;
  void note(const wire::ParsedText& parsed);
  void forget_old();

  std::vector<wire::FamilyMetadata> families_;
  std::vector<int64_t> seen_;                      // the newest scrape of each that named it
  std::unordered_map<std::string, size_t> index_;  // by name
  int64_t scrape_ = 0;

  // The lines of the newest scrape that had any others than the one before, one after the other.
  struct Said {
    size_t name_size;
    size_t size;  // of the line, in lines_
    wire::TextMetadata::Kind kind;
    bool operator==(const Said&) const = default;
  };
  std::string lines_;
  std::vector<Said> said_;
  std::vector<size_t> named_;  // families in them
};

}  // namespace pushpull
