#include "harness/scrape/text_exposition.h"

#include <gtest/gtest.h>

#include "harness/wire/compression.h"

namespace pushpull {
namespace {

// Samples of `body` under this Content-Type; -1 where it is refused.
int64_t samples(const std::string& type, const std::string& body, bool gzipped = false) {
  Headers headers = {{"Content-Type", type}};
  if (gzipped) headers.add("Content-Encoding", "gzip");
  const Result<PayloadPtr> payload =
      text_decoder(nullptr)(headers, gzipped ? wire::gzip(body) : body);
  return payload.ok() ? (*payload)->samples() : -1;
}

TEST(TextDecoder, TheContentTypeDecidesTheParser) {
  const std::string text = "# a comment\nup 1 \n";
  const std::string openmetrics = "up 1 # {a=\"b\"} 1\n# EOF\n";
  // A MetricFamily of 8 bytes: its name, and a Metric whose Counter holds nothing.
  const std::string protobuf("\x08\x0a\x02up\x22\x02\x1a\x00", 9);
  EXPECT_EQ(samples("text/plain; version=0.0.4", text), 1);
  EXPECT_EQ(samples("text/plain; version=0.0.4", openmetrics), -1);
  EXPECT_EQ(samples("application/openmetrics-text; version=1.0.0; charset=utf-8", openmetrics), 1);
  EXPECT_EQ(samples("application/openmetrics-text", text), -1);
  EXPECT_EQ(samples("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
                    "encoding=delimited",
                    protobuf),
            1);
  EXPECT_EQ(samples("application/vnd.google.protobuf", text), -1);
  EXPECT_EQ(samples("", text), 1) << "2.42 takes what it does not know for text";
  EXPECT_EQ(samples("application/openmetrics-text", openmetrics, true), 1);
}

}  // namespace
}  // namespace pushpull
