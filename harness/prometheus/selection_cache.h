// The series a /federate query selects, kept while neither the query nor the series of the server
// change.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "harness/federation/federate_request.h"
#include "harness/federation/federate_text.h"

namespace pushpull {

// Loop thread only.
class SelectionCache {
 public:
  explicit SelectionCache(Labels external_labels) : external_labels_(std::move(external_labels)) {}

  // `series` numbers the state of the server's series set: another whenever that is another.
  // `for_each(visit)` calls visit(ref, labels) for each of them; asked only if the cached selection
  // is of another query or state.
  using Visit = std::function<void(uint64_t ref, const Labels& labels)>;
  std::shared_ptr<const FederatedSeries> select(const FederateQuery& query, uint64_t series,
                                                const std::function<void(const Visit&)>& for_each);

 private:
  Labels external_labels_;
  std::string key_;
  uint64_t series_ = 0;
  std::shared_ptr<const FederatedSeries> selected_;
};

}  // namespace pushpull
