// Where a remote_write entry sends to.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace pushpull {

struct WriteUrl {
  std::string
      endpoint;       // "host:port", as Transport takes it; port 80 or 443 where the URL has none
  std::string path;   // at least "/"
  std::string query;  // without '?'
  bool tls = false;   // https

  bool operator==(const WriteUrl&) const = default;
};

// http or https: other schemes, user info and fragments are errors that say so.
Result<WriteUrl> parse_write_url(std::string_view url);

}  // namespace pushpull
