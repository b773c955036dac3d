#include "harness/scrape/scrape_protocols.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

constexpr AcceptDialect k35;
constexpr AcceptDialect k253 = {.weighed = true, .escaping = false};
constexpr AcceptDialect k242 = {.weighed = false, .escaping = false};

// As real 2.42, 2.53 (by its source) and 3.5 ask; run/real_extras_test.cc compares with the last.
TEST(AcceptHeader, OfEachAge) {
  EXPECT_EQ(accept_header({}, false, k242),
            "application/openmetrics-text;version=1.0.0,"
            "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,"
            "*/*;q=0.1");
  EXPECT_EQ(accept_header({}, false, k253),
            "application/openmetrics-text;version=1.0.0;q=0.5,"
            "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,"
            "*/*;q=0.2");
  EXPECT_EQ(accept_header({}, false, k35),
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            "application/openmetrics-text;version=0.0.1;q=0.5,"
            "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,"
            "*/*;q=0.2");
}

TEST(AcceptHeader, ProtobufComesFirstForNativeHistograms) {
  const std::string proto =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
  EXPECT_TRUE(accept_header({}, true, k242)
                  .starts_with(proto + ",application/openmetrics-text;version=1.0.0;q=0.8,"));
  EXPECT_TRUE(accept_header({}, true, k253)
                  .starts_with(proto + ";q=0.5,application/openmetrics-text;version=1.0.0;q=0.4,"));
  EXPECT_TRUE(
      accept_header({}, true, k35)
          .starts_with(
              proto +
              ";q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"));
}

TEST(AcceptHeader, OfGivenProtocols) {
  const std::string text[] = {"PrometheusText0.0.4"};
  EXPECT_EQ(accept_header(text, true, k35), "text/plain;version=0.0.4;q=0.6,*/*;q=0.5");
}

}  // namespace
}  // namespace pushpull
