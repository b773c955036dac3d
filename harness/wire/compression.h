// Raw snappy blocks and gzip members. Every decoder takes a limit and checks it before it
// allocates.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace pushpull::wire {

std::string snappy_compress(std::string_view raw);
// Errors: corrupt input ("snappy: corrupt input", Prometheus 3.5's text); declared size above
// `limit`.
Result<std::string> snappy_uncompress(std::string_view block, size_t limit);

// Level 1 … 9 as zlib's; the default is the level whose size is closest to what Go's encoder
// (Prometheus) makes.
inline constexpr int kGzipLevel = 6;
std::string gzip(std::string_view raw, int level = kGzipLevel);
// Errors: not a gzip member, truncated, checksum, more than `limit` bytes.
Result<std::string> gunzip(std::string_view member, size_t limit);

}  // namespace pushpull::wire
