#include "harness/systems/export_api.h"

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "harness/wire/text_number.h"
#include "harness/workload/special_values.h"

namespace pushpull {
namespace {

using Matcher = wire::ReadMatcher;

constexpr size_t kShownText = 100;  // of a line that is no series

std::string_view operator_of(Matcher::Type type) {
  switch (type) {
    case Matcher::Type::kEqual:
      return "=";
    case Matcher::Type::kNotEqual:
      return "!=";
    case Matcher::Type::kMatches:
      return "=~";
    case Matcher::Type::kMatchesNot:
      return "!~";
  }
  return "";
}

// {instance=~"a|b"}
std::string selector(const std::vector<Matcher>& matchers) {
  std::string text = "{";
  for (const Matcher& matcher : matchers) {
    if (text.size() > 1) text += ',';
    text += matcher.name;
    text += operator_of(matcher.type);
    text += nlohmann::json(matcher.value).dump();  // quoted as a selector's strings are
  }
  return text + "}";
}

std::string seconds(int64_t s) { return std::to_string(std::max<int64_t>(s, 0)); }

Error not_a_series(std::string_view line) {
  return Error{"not a line of /api/v1/export: " + std::string(line.substr(0, kShownText))};
}

// Takes "[a,b,c]" apart; calls f(token) until it answers false, which ends it.
template <class F>
bool for_each_token(std::string_view list, F f) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    if (!f(list.substr(0, comma))) return false;
    if (comma == list.size()) return true;
    list.remove_prefix(comma + 1);
    if (list.empty()) return false;
  }
  return true;
}

bool parse_stored(std::string_view token, double& value) {
  if (token != "null" && token != "NaN") return wire::parse_value(token, value);
  value = stale_nan();
  return true;
}

bool parse_milliseconds(std::string_view token, int64_t& ms) {
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), ms);
  return error == std::errc() && end == token.data() + token.size();
}

// The parts of {"metric":{…},"values":[…],"timestamps":[…]}. Quotes within labels are escaped, so
// that none of them looks like the places it is cut at.
struct ExportLine {
  std::string_view metric;
  std::string_view values;
  std::string_view timestamps;
};

std::optional<ExportLine> cut(std::string_view line) {
  constexpr std::string_view kMetric = "{\"metric\":";
  constexpr std::string_view kValues = ",\"values\":[";
  constexpr std::string_view kTimestamps = "],\"timestamps\":[";
  constexpr std::string_view kEnd = "]}";
  const size_t values = line.find(kValues);
  if (!line.starts_with(kMetric) || !line.ends_with(kEnd) || values == line.npos) {
    return std::nullopt;
  }
  const size_t timestamps = line.find(kTimestamps, values);
  if (timestamps == line.npos) return std::nullopt;
  const size_t values_begin = values + kValues.size();
  const size_t timestamps_begin = timestamps + kTimestamps.size();
  if (values_begin > timestamps || timestamps_begin > line.size() - kEnd.size()) {
    return std::nullopt;
  }
  return ExportLine{line.substr(kMetric.size(), values - kMetric.size()),
                    line.substr(values_begin, timestamps - values_begin),
                    line.substr(timestamps_begin, line.size() - kEnd.size() - timestamps_begin)};
}

std::optional<Labels> labels_of(std::string_view metric) {
  const nlohmann::json json = nlohmann::json::parse(metric, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  Labels labels;
  for (const auto& [name, value] : json.items()) {
    if (!value.is_string()) return std::nullopt;
    labels.set(name, value.get<std::string>());
  }
  return labels;
}

// Appends the samples of one line that lie in the range of the query.
bool append_series(std::string_view line, const wire::ReadQuery& query, wire::WrittenRequest& out) {
  const std::optional<ExportLine> parts = cut(line);
  const std::optional<Labels> labels = parts ? labels_of(parts->metric) : std::nullopt;
  if (!labels) return false;
  const size_t begin = out.message.size();
  wire::encode_labels(*labels, out.message);
  if (out.message.size() > std::numeric_limits<uint32_t>::max()) return false;
  const auto size = static_cast<uint32_t>(out.message.size() - begin);
  const uint64_t hash = wire::hash_of_labels(std::string_view(out.message).substr(begin));
  std::vector<double> values;
  const bool read = for_each_token(parts->values, [&](std::string_view token) {
    return parse_stored(token, values.emplace_back());
  });
  size_t at = 0;
  return read &&
         for_each_token(
             parts->timestamps,
             [&](std::string_view token) {
               int64_t ms = 0;
               if (at == values.size() || !parse_milliseconds(token, ms)) return false;
               const double value = values[at++];
               if (query.first_ms <= ms && ms <= query.last_ms) {
                 out.samples.push_back({static_cast<uint32_t>(begin), size, hash, ms, value});
               }
               return true;
             }) &&
         at == values.size();
}

}  // namespace

Request ExportApi::request(const wire::ReadQuery& query) const {
  Request request;
  request.method = "POST";
  request.path = "/api/v1/export";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body.bytes = "match%5B%5D=" + percent_encode(selector(query.matchers)) +
                       "&start=" + seconds(query.first_ms / 1000 - 1) +
                       "&end=" + seconds(query.last_ms / 1000 + 2);
  return request;
}

Result<wire::WrittenRequest> ExportApi::samples(const wire::ReadQuery& query,
                                                const Response& response) const {
  wire::WrittenRequest out;
  std::string_view rest = response.body.bytes;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line.empty() && !append_series(line, query, out)) return not_a_series(line);
  }
  return out;
}

std::optional<Request> ExportApi::flush() const {
  Request request;
  request.path = "/internal/force_flush";
  return request;
}

}  // namespace pushpull
