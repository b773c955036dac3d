#include "harness/federation/federate_request.h"

#include <algorithm>

namespace pushpull {

bool FederateQuery::selects(const Labels& series) const {
  return std::ranges::any_of(selectors, [&](const Selector& s) { return s.matches(series); });
}

std::variant<FederateQuery, Response> read_federate(const Request& request) {
  if (request.method != "GET") {
    Response refused = error_response(405, "Method Not Allowed");
    refused.headers.add("Allow", "GET, OPTIONS");
    return refused;
  }
  FederateQuery query;
  for (const std::string& match : query_values(request.query, "match[]")) {
    Result<Selector> selector = Selector::parse(match);
    if (!selector) return error_response(400, selector.error().message);
    query.selectors.push_back(std::move(*selector));
    query.key += match + '\n';
  }
  query.gzip = accepts_gzip(request.headers.get("Accept-Encoding"));
  return query;
}

bool accepts_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const size_t comma = accept_encoding.find(',');
    std::string_view token = accept_encoding.substr(0, comma);
    while (!token.empty() && token.front() == ' ') token.remove_prefix(1);
    while (!token.empty() && token.back() == ' ') token.remove_suffix(1);
    if (token == "gzip") return true;
    if (comma == std::string_view::npos) break;
    accept_encoding.remove_prefix(comma + 1);
  }
  return false;
}

Response federate_response(PayloadPtr body, bool gzip, bool escaping) {
  Response response;
  std::string type = "text/plain; version=0.0.4; charset=utf-8";
  if (escaping) type += "; escaping=underscores";
  response.headers.add("Content-Type", type);
  if (gzip) response.headers.add("Content-Encoding", "gzip");
  response.encode_work = {Work::Kind::kFederateServe, body->samples()};
  response.body.payload = std::move(body);
  return response;
}

}  // namespace pushpull
