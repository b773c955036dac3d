#include "harness/remote_write/outcome.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

SendOutcome of_status(int status, bool retry_on_http_429 = false) {
  Exchange exchange;
  exchange.response.status = status;
  return classify(exchange, retry_on_http_429);
}

TEST(SendOutcome, EverySuccessDelivers) {
  for (const int status : {200, 202, 204, 299}) {
    EXPECT_EQ(of_status(status), SendOutcome::kDelivered) << status;
  }
}

TEST(SendOutcome, ServerErrorsAndSilenceAreRetried) {
  for (const int status : {500, 502, 503, 504, 599}) {
    EXPECT_EQ(of_status(status), SendOutcome::kRetry) << status;
  }
  using Kind = SendError::Kind;
  for (const Kind kind : {Kind::kConnect, Kind::kTimeout, Kind::kClosed, Kind::kMalformed}) {
    Exchange exchange;
    exchange.failed = true;
    exchange.error.kind = kind;
    EXPECT_EQ(classify(exchange, false), SendOutcome::kRetry);
  }
}

TEST(SendOutcome, OtherAnswersAreFinal) {
  for (const int status : {100, 301, 307, 400, 404, 408, 413, 415, 499}) {
    EXPECT_EQ(of_status(status, true), SendOutcome::kRejected) << status;
  }
}

TEST(SendOutcome, TooManyRequestsIsRetriedOnlyOnDemand) {
  EXPECT_EQ(of_status(429, false), SendOutcome::kRejected);
  EXPECT_EQ(of_status(429, true), SendOutcome::kRetry);
}

}  // namespace
}  // namespace pushpull
