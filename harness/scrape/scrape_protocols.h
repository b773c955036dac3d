// Which formats a scraper asks for: scrape_protocols and the Accept header made of them, as
// Prometheus 2.42 … 3.x writes it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pushpull {

// Names as in scrape_protocols.
inline constexpr std::string_view kScrapeProtocols[] = {
    "PrometheusProto", "OpenMetricsText1.0.0", "OpenMetricsText0.0.1", "PrometheusText1.0.0",
    "PrometheusText0.0.4"};

// Of the release that scrapes.
struct AcceptDialect {
  bool weighed = true;   // 2.49+: made of scrape_protocols; before: one of two constants
  bool escaping = true;  // 3.0+: knows text 1.0.0 and names an escaping scheme
};

// `protocols` empty: the release's defaults, which begin with protobuf where native histograms are
// to be scraped. Requires: names of kScrapeProtocols.
std::string accept_header(std::span<const std::string> protocols, bool native_histograms,
                          const AcceptDialect& dialect);

}  // namespace pushpull
