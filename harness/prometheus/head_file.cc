#include "harness/prometheus/head_file.h"

#include <xxhash.h>

#include <bit>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/wire/write_request.h"

namespace pushpull {
namespace {

// Layout: magic; per series: u32 label bytes, labels, i64 timestamp (kEmptyHead: none), u64 value
// bits; at the end the XXH3 of everything before it. Little-endian, as every machine this runs on.
constexpr std::string_view kMagic = "pushpull head 1\n";

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

Status save_head(const std::string& path, const SeriesRegistry& registry, const SeriesHead& head) {
  std::string content(kMagic);
  for (uint64_t ref = 1; ref <= registry.size(); ++ref) {
    const std::string_view labels = registry.encoded(ref);
    const Newest* newest = head.find(ref);
    put(content, static_cast<uint32_t>(labels.size()));
    content += labels;
    put(content, newest == nullptr ? kEmptyHead : newest->timestamp_ms);
    put(content, newest == nullptr ? uint64_t{0} : std::bit_cast<uint64_t>(newest->value));
  }
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

Status load_head(const std::string& path, SeriesRegistry& registry, SeriesHead& head) {
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
  while (!rest.empty()) {
    uint32_t size = 0;
    if (!take(rest, size) || rest.size() < size) return damaged(path);
    const std::string_view region = rest.substr(0, size);
    Result<uint64_t> ref =
        registry.ref_of_encoded(region, wire::hash_of_labels(region), SeriesRegistry::kNone);
    if (!ref) return damaged(path);
    rest.remove_prefix(size);
    int64_t timestamp_ms = 0;
    uint64_t bits = 0;
    if (!take(rest, timestamp_ms) || !take(rest, bits)) return damaged(path);
    if (timestamp_ms != kEmptyHead) head.restore(*ref, {timestamp_ms, std::bit_cast<double>(bits)});
  }
  return {};
}

}  // namespace pushpull
