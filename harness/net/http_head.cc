#include "harness/net/http_head.h"

#include <array>
#include <charconv>
#include <chrono>
#include <string_view>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {

namespace {

// As Go's net/http spells them.
std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Request Entity Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Entity";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";
  }
}

class Decimal {
 public:
  explicit Decimal(int64_t n) {
    size_ = static_cast<size_t>(
        std::to_chars(digits_.data(), digits_.data() + digits_.size(), n).ptr - digits_.data());
  }
  std::string_view text() const { return {digits_.data(), size_}; }

 private:
  std::array<char, 20> digits_;
  size_t size_;
};

// Sinks of write_head: the bytes, or only their number.
struct Append {
  std::string out;
  void operator()(std::string_view text) { out += text; }
};
struct Count {
  int64_t size = 0;
  void operator()(std::string_view text) { size += static_cast<int64_t>(text.size()); }
};

template <class Sink>
void write_header(std::string_view name, std::string_view value, Sink& sink) {
  sink(name);
  sink(": ");
  sink(value);
  sink("\r\n");
}

template <class Sink>
void write_head(const Request& request, std::string_view host, int64_t body_size, Sink& sink) {
  sink(request.method);
  sink(" ");
  sink(request.path);
  if (!request.query.empty()) {
    sink("?");
    sink(request.query);
  }
  sink(" HTTP/1.1\r\n");
  write_header("Host", host, sink);
  bool length = body_size > 0 || request.method == "POST" || request.method == "PUT";
  const auto write_length = [&] {
    if (std::exchange(length, false)) {
      write_header("Content-Length", Decimal(body_size).text(), sink);
    }
  };
  for (const Header& header : request.headers) {
    if (header.name != "User-Agent") write_length();
    write_header(header.name, header.value, sink);
  }
  write_length();
  sink("\r\n");
}

template <class Sink>
void write_head(const Response& response, int64_t body_size, std::string_view date, Sink& sink) {
  const std::string_view reason = reason_phrase(response.status);
  const Decimal status(response.status);
  sink("HTTP/1.1 ");
  sink(status.text());
  sink(" ");
  sink(reason);
  if (reason.empty()) {
    sink("status code ");
    sink(status.text());
  }
  sink("\r\n");
  for (const Header& header : response.headers) write_header(header.name, header.value, sink);
  if (body_size > 0 && !response.headers.has("Content-Type")) {
    write_header("Content-Type", "text/plain; charset=utf-8", sink);
  }
  write_header("Date", date, sink);
  if (!is_bodiless(response.status)) {
    write_header("Content-Length", Decimal(body_size).text(), sink);
  }
  sink("\r\n");
}

constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr std::string_view kAnyDate = "Mon, 02 Jan 2006 15:04:05 GMT";

std::string http_date(Instant when) {
  using std::chrono::sys_days, std::chrono::seconds, std::chrono::days;
  const std::chrono::sys_seconds time(seconds(when.unix_ns() / 1'000'000'000));
  const sys_days day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  const auto two = [](auto n) {
    const Decimal decimal(static_cast<int64_t>(n));
    return (decimal.text().size() < 2 ? "0" : "") + std::string(decimal.text());
  };
  std::string out(kDays.substr(std::chrono::weekday(day).c_encoding() * 3, 3));
  out += ", " + two(static_cast<unsigned>(date.day())) + " ";
  out += kMonths.substr((static_cast<unsigned>(date.month()) - 1) * 3, 3);
  out += " " + std::string(Decimal(static_cast<int>(date.year())).text()) + " ";
  out += two(clock.hours().count()) + ":" + two(clock.minutes().count()) + ":" +
         two(clock.seconds().count()) + " GMT";
  CHECK(out.size() == kAnyDate.size());
  return out;
}

}  // namespace

std::string request_head(const Request& request, std::string_view host, int64_t body_size) {
  Append head;
  write_head(request, host, body_size, head);
  return std::move(head.out);
}

std::string response_head(const Response& response, int64_t body_size, Instant date) {
  Append head;
  write_head(response, body_size, http_date(date), head);
  return std::move(head.out);
}

int64_t head_size(const Request& request, std::string_view host, int64_t body_size) {
  Count head;
  write_head(request, host, body_size, head);
  return head.size;
}

int64_t head_size(const Response& response, int64_t body_size) {
  Count head;
  write_head(response, body_size, kAnyDate, head);
  return head.size;
}

bool is_bodiless(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace pushpull
