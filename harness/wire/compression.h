// Raw snappy blocks and gzip members. Every decoder takes a limit and checks it before it
// allocates. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace pushpull::wire {

// The block format (no framing), as remote write sends it. The bytes equal those of Go's encoder.
std::string snappy_compress(std::string_view raw);
// Errors: corrupt input ("snappy: corrupt input", Prometheus 3.5's text); declared size above
// `limit`. The result uses the memory of `spare`, whose contents are lost.
Result<std::string> snappy_uncompress(std::string_view block, size_t limit, std::string spare = {});

// Levels 1 … 9, of libdeflate. Sizes of Prometheus's own answers, relative to ours at these levels
// (/metrics and /federate of a real 2.42, and 5000 Kubernetes-like series with and without external
// labels):
//   since 2.51, klauspost's encoder: level 3 is -1.6 … -0.1 %
//   before,     Go's own:            level 6 is -1.0 … +0.9 %
inline constexpr int kGzipLevel = 3;
inline constexpr int kGzipLevelBefore251 = 6;
std::string gzip(std::string_view raw, int level = kGzipLevel);
// One member of less than 4 GiB. Errors: not a gzip member, truncated, checksum, bytes after it,
// more than `limit` bytes.
Result<std::string> gunzip(std::string_view member, size_t limit);

}  // namespace pushpull::wire
