#include "harness/remote_write/backoff.h"

#include <gtest/gtest.h>

#include <vector>

namespace pushpull {
namespace {

constexpr Duration ms(int64_t n) { return Duration::milliseconds(n); }
constexpr Duration s(int64_t n) { return Duration::seconds(n); }

TEST(RetryBackoff, DoublesFromMinToMaxAndStays) {
  RetryBackoff backoff(ms(30), s(5));
  // Prometheus, measured with requests of about 4 ms: 0.034 0.064 0.123 0.244 … 3.844 5.004 5.004.
  for (const int64_t expected : {30, 60, 120, 240, 480, 960, 1920, 3840, 5000, 5000, 5000}) {
    EXPECT_EQ(backoff.next(), ms(expected));
  }
}

// What releases before 3.12 take.
TEST(RetryBackoff, AMinAboveMaxIsTheFirstPause) {
  RetryBackoff backoff(s(9), s(5));
  EXPECT_EQ(backoff.next(), s(9));
  EXPECT_EQ(backoff.next(), s(5));
  EXPECT_EQ(backoff.next(), s(5));
}

TEST(RetryBackoff, ObeysTheServerBeyondMaxAndGoesOnFromThere) {
  RetryBackoff backoff(ms(30), s(5));
  EXPECT_EQ(backoff.next(s(60)), s(60));
  EXPECT_EQ(backoff.next(), s(5)) << "min(2 * 60 s, max)";
  RetryBackoff other(ms(30), s(5));
  EXPECT_EQ(other.next(s(1)), s(1));
  EXPECT_EQ(other.next(), s(2));
}

TEST(RetryBackoff, IgnoresAWishForThePast) {
  RetryBackoff backoff(ms(30), s(5));
  EXPECT_EQ(backoff.next(Duration()), ms(30));
  EXPECT_EQ(backoff.next(s(-3)), ms(60));
}

TEST(RetryAfter, ReadsSeconds) {
  const Instant now = Instant::from_unix_ms(784'111'777'000);
  EXPECT_EQ(parse_retry_after("3", now), s(3));
  EXPECT_EQ(parse_retry_after("-3", now), s(-3));
  for (const char* bad : {"", "3s", "1.5", "soon", "99999999999", "99999999"}) {
    EXPECT_EQ(parse_retry_after(bad, now), std::nullopt) << bad;
  }
}

TEST(RetryAfter, ReadsADateInWholeSecondsFromNow) {
  // RFC 9110's example is 784 111 777 s after the epoch.
  const char* date = "Sun, 06 Nov 1994 08:49:37 GMT";
  EXPECT_EQ(parse_retry_after(date, Instant::from_unix_ms(784'111'770'000)), s(7));
  EXPECT_EQ(parse_retry_after(date, Instant::from_unix_ms(784'111'769'400)), s(7)) << "7.6 s";
  EXPECT_EQ(parse_retry_after(date, Instant::from_unix_ms(784'111'779'600)), s(-2)) << "-2.6 s";
}

TEST(RetryAfter, RefusesDatesThatAreNone) {
  const Instant now = Instant::from_unix_ms(784'111'770'000);
  for (const char* bad : {"Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
                          "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT",
                          "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 2994 08:49:37 GMT"}) {
    EXPECT_EQ(parse_retry_after(bad, now), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace pushpull
