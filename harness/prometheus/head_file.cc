#include "harness/prometheus/head_file.h"

#include <xxhash.h>

#include <bit>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <utility>

#include "harness/wire/native_histogram.h"

namespace pushpull {
namespace {

// Layout: magic; u64 newest ref ever given, i64 begin of the window; per series: u64 ref, u32 label
// bytes, labels, i64 timestamp (kEmptyHead: none), u64 value bits, u32 bytes of a histogram (0: the
// newest sample is a float), the histogram as remote write 1.0 has it; at the end the XXH3 of
// everything before it. Little-endian, as every machine this runs on.
constexpr std::string_view kMagic = "pushpull head 3\n";

template <class T>
void put(std::string& out, T value) {
  const size_t at = out.size();
  out.resize(at + sizeof(T));
  std::memcpy(out.data() + at, &value, sizeof(T));
}

template <class T>
bool take(std::string_view& in, T& value) {
  if (in.size() < sizeof(T)) return false;
  std::memcpy(&value, in.data(), sizeof(T));
  in.remove_prefix(sizeof(T));
  return true;
}

Error damaged(const std::string& path) {
  return Error{path + " is not a saved head or is damaged; delete it to start with an empty one"};
}

}  // namespace

Status save_head(const std::string& path, const SeriesRegistry& registry, const SeriesHead& head,
                 const HeadWindow& window) {
  std::string content(kMagic);
  put(content, registry.last_ref());
  put(content, window.begin_ms());
  registry.for_each([&](uint64_t ref) {
    const std::string_view labels = registry.encoded(ref);
    const Newest* newest = head.find(ref);
    put(content, ref);
    put(content, static_cast<uint32_t>(labels.size()));
    content += labels;
    put(content, newest == nullptr ? kEmptyHead : newest->timestamp_ms);
    put(content, newest == nullptr ? uint64_t{0} : std::bit_cast<uint64_t>(newest->value));
    std::string histogram;
    if (const NativeHistogram* found = head.find_histogram(ref)) {
      wire::encode_histogram(*found, histogram);
    }
    put(content, static_cast<uint32_t>(histogram.size()));
    content += histogram;
  });
  put(content, static_cast<uint64_t>(XXH3_64bits(content.data(), content.size())));
  const std::string temporary = path + ".new";
  {
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!file.flush()) return Error{"cannot write " + temporary + ": " + std::strerror(errno)};
  }
  std::error_code failed;
  std::filesystem::rename(temporary, path, failed);
  if (failed) return Error{"cannot replace " + path + ": " + failed.message()};
  return {};
}

Status load_head(const std::string& path, SeriesRegistry& registry, SeriesHead& head,
                 HeadWindow& window) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  std::ostringstream buffer;
  buffer << file.rdbuf();
  const std::string content = std::move(buffer).str();
  std::string_view rest = content;
  uint64_t sum = 0;
  if (rest.size() < kMagic.size() + sizeof(sum) || !rest.starts_with(kMagic)) return damaged(path);
  std::string_view tail = rest.substr(rest.size() - sizeof(sum));
  take(tail, sum);
  rest.remove_suffix(sizeof(sum));
  if (XXH3_64bits(rest.data(), rest.size()) != sum) return damaged(path);
  rest.remove_prefix(kMagic.size());
  uint64_t last_ref = 0;
  int64_t begin_ms = 0;
  if (!take(rest, last_ref) || !take(rest, begin_ms)) return damaged(path);
  while (!rest.empty()) {
    uint64_t ref = 0;
    uint32_t size = 0;
    if (!take(rest, ref) || !take(rest, size) || rest.size() < size) return damaged(path);
    if (ref <= registry.last_ref() || ref > last_ref) return damaged(path);
    if (!registry.restore(ref, rest.substr(0, size))) return damaged(path);
    rest.remove_prefix(size);
    int64_t timestamp_ms = 0;
    uint64_t bits = 0;
    if (!take(rest, timestamp_ms) || !take(rest, bits) || !take(rest, size) || rest.size() < size) {
      return damaged(path);
    }
    if (size > 0) {
      Result<NativeHistogram> histogram = wire::decode_histogram(rest.substr(0, size));
      if (!histogram) return damaged(path);
      rest.remove_prefix(size);
      head.restore(ref, std::make_shared<const NativeHistogram>(std::move(*histogram)));
      continue;
    }
    if (timestamp_ms != kEmptyHead) head.restore(ref, {timestamp_ms, std::bit_cast<double>(bits)});
  }
  registry.resume_after(last_ref);
  window = HeadWindow(begin_ms);
  return {};
}

}  // namespace pushpull
