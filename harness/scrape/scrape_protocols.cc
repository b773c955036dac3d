#include "harness/scrape/scrape_protocols.h"

#include <algorithm>

#include "harness/base/check.h"

namespace pushpull {
namespace {

constexpr std::string_view kProto =
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
constexpr std::string_view kMediaTypes[] = {kProto, "application/openmetrics-text;version=1.0.0",
                                            "application/openmetrics-text;version=0.0.1",
                                            "text/plain;version=1.0.0", "text/plain;version=0.0.4"};
constexpr size_t kProtoIndex = 0;
constexpr size_t kText100Index = 3;

size_t index_of(std::string_view protocol) {
  const auto* known = std::ranges::find(kScrapeProtocols, protocol);
  CHECK(known != std::end(kScrapeProtocols)) << "no scrape protocol: " << protocol;
  return static_cast<size_t>(known - std::begin(kScrapeProtocols));
}

std::vector<size_t> defaults(bool native_histograms, bool escaping) {
  std::vector<size_t> protocols;
  for (size_t i = 0; i < std::size(kScrapeProtocols); ++i) {
    if (i == kProtoIndex && !native_histograms) continue;
    if (i == kText100Index && !escaping) continue;
    protocols.push_back(i);
  }
  return protocols;
}

}  // namespace

std::string accept_header(std::span<const std::string> protocols, bool native_histograms,
                          const AcceptDialect& dialect) {
  if (!dialect.weighed) {
    std::string header;
    if (native_histograms) header.append(kProto).append(",");
    header += "application/openmetrics-text;version=1.0.0";
    header += native_histograms ? ";q=0.8," : ",";
    return header +=
           "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,"
           "*/*;q=0.1";
  }
  std::vector<size_t> wanted;
  for (const std::string& protocol : protocols) wanted.push_back(index_of(protocol));
  if (wanted.empty()) wanted = defaults(native_histograms, dialect.escaping);
  // Weights go down from one more than the number of protocols that the release knows.
  size_t weight = std::size(kScrapeProtocols) + (dialect.escaping ? 1 : 0);
  std::string header;
  for (const size_t i : wanted) {
    header += kMediaTypes[i];
    const bool escapes = kScrapeProtocols[i].ends_with("1.0.0");
    if (dialect.escaping && escapes) header += ";escaping=allow-utf-8";
    header += ";q=0." + std::to_string(weight--) + ",";
  }
  return header + "*/*;q=0." + std::to_string(weight);
}

}  // namespace pushpull
