// The words in which a system is asked for the samples it has stored.
#pragma once

#include <optional>

#include "harness/base/result.h"
#include "harness/net/message.h"
#include "harness/wire/remote_read.h"

namespace pushpull {

// Immutable.
class ReadApi {
 public:
  virtual ~ReadApi() = default;
  virtual Request request(const wire::ReadQuery& query) const = 0;
  // The samples in an answer with status 200, all of them within the query. Error: it is no such
  // answer.
  virtual Result<wire::WrittenRequest> samples(const wire::ReadQuery& query,
                                               const Response& response) const = 0;
  // What to ask once before all else, so that everything accepted can be read; its answer is a 200.
  virtual std::optional<Request> flush() const { return std::nullopt; }
  // Whether a sample that was accepted twice is read twice.
  virtual bool shows_duplicates() const { return false; }
};

}  // namespace pushpull
