// The /federate request: what is asked for, and what is refused. Pure.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "harness/federation/selector.h"
#include "harness/net/message.h"

namespace pushpull {

struct FederateQuery {
  std::vector<Selector> selectors;  // a series is selected if any matches; none selects nothing
  std::string key;                  // the match[] texts: equal keys select the same
  bool gzip = false;

  bool selects(const Labels& series) const;
};

// A query, or the response that refuses it: 405 for anything but GET, 400 with the parser's message
// for a bad match[].
std::variant<FederateQuery, Response> read_federate(const Request& request);

// Whether the client takes gzip: the first token of Accept-Encoding that is exactly "gzip" (no
// q-values), as Prometheus's handler compares them. deflate is not offered.
bool accepts_gzip(std::string_view accept_encoding);

// The 200 response around a body. `escaping`: 3.x names its escaping scheme in the Content-Type.
Response federate_response(PayloadPtr body, bool gzip, bool escaping);

}  // namespace pushpull
