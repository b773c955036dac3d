#include "harness/remote_write/url.h"

#include <charconv>

namespace pushpull {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

// Port and host of "host", "host:port", "[v6]:port" are present and sane.
bool valid_authority(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  const std::string_view port = authority.substr(colon + 1);
  unsigned value = 0;
  const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), value);
  return ec == std::errc() && end == port.data() + port.size() && value > 0 && value < 65536;
}

}  // namespace

Result<WriteUrl> parse_write_url(std::string_view url) {
  const std::string quoted = "'" + std::string(url) + "'";
  WriteUrl out;
  out.tls = url.starts_with(kHttps);
  if (!out.tls && !url.starts_with(kHttp)) {
    return Error{quoted + " must start with http:// or https://"};
  }
  if (url.find_first_of("# \t\r\n") != std::string_view::npos) {
    return Error{quoted + " may hold neither a fragment nor white space"};
  }
  std::string_view rest = url.substr((out.tls ? kHttps : kHttp).size());
  const size_t path_begin = rest.find_first_of("/?");
  std::string_view authority = rest.substr(0, path_begin);
  rest = path_begin == std::string_view::npos ? std::string_view() : rest.substr(path_begin);
  if (authority.find('@') != std::string_view::npos) {
    return Error{quoted + ": credentials in a URL are not supported, use basic_auth"};
  }
  out.endpoint = std::string(authority);
  const bool has_port = authority.rfind(':') != std::string_view::npos && !authority.ends_with(']');
  if (!has_port) out.endpoint += out.tls ? ":443" : ":80";
  if (!valid_authority(out.endpoint)) {
    return Error{quoted + " needs a host and a port in 1 … 65535 (http://host:port/path)"};
  }
  const size_t question = rest.find('?');
  out.path = std::string(rest.substr(0, question));
  if (out.path.empty()) out.path = "/";
  if (question != std::string_view::npos) out.query = std::string(rest.substr(question + 1));
  return out;
}

}  // namespace pushpull
