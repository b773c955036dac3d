#include "harness/wire/label_chain.h"

#include <algorithm>
#include <cstring>

#include "harness/base/check.h"
#include "harness/wire/proto_reader.h"

namespace pushpull::wire {

namespace {

// How one region comes from another: bytes of the old one left out, bytes kept, bytes of its own.
struct Edit {
  uint16_t skipped;
  uint16_t kept;
  uint16_t fresh;
};

// How many labels ahead a label is looked for in the old region: hostile ones have thousands.
constexpr size_t kMaxSkipped = 8;

// The fields of a region, one a label.
std::vector<std::string_view> split(std::string_view region) {
  std::vector<std::string_view> fields;
  ProtoReader reader(region);
  while (!reader.done()) {
    const char* begin = reader.at();
    ProtoTag tag{};
    CHECK(reader.read_tag(tag) && reader.skip(tag.type)) << "a chain of valid labels";
    fields.emplace_back(begin, static_cast<size_t>(reader.at() - begin));
  }
  return fields;
}

// Collects edits; those that can be one become one.
class EditWriter {
 public:
  explicit EditWriter(std::string& out) : out_(out) {}

  void skip(std::string_view field) {
    if (edit_.kept > 0 || edit_.fresh > 0) flush();
    edit_.skipped = static_cast<uint16_t>(edit_.skipped + field.size());
  }
  void keep(std::string_view field) {
    if (edit_.fresh > 0) flush();
    edit_.kept = static_cast<uint16_t>(edit_.kept + field.size());
  }
  void add(std::string_view field) {
    edit_.fresh = static_cast<uint16_t>(edit_.fresh + field.size());
    fresh_ += field;
  }
  void flush() {
    char bytes[sizeof(Edit)];
    std::memcpy(bytes, &edit_, sizeof(Edit));
    out_.append(bytes, sizeof(Edit));
    out_ += fresh_;
    edit_ = {};
    fresh_.clear();
  }

 private:
  std::string& out_;
  Edit edit_{};
  std::string fresh_;
};

template <class T>
T load(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

// The first and the last T of both are equal; those between are not looked at.
template <class T>
bool ends_equal(const char* a, const char* b, size_t size) {
  const size_t last = size - sizeof(T);
  return ((load<T>(a) ^ load<T>(b)) | (load<T>(a + last) ^ load<T>(b + last))) == 0;
}

// Nearly always true, so that it looks for the first difference no sooner than at the end; a call
// of memcmp would cost more than it does.
bool equal(const char* a, const char* b, size_t size) {
  using Chunk = uint64_t __attribute__((vector_size(16)));
  constexpr size_t kChunk = sizeof(Chunk);
  if (size >= kChunk) {
    const size_t last = size - kChunk;
    Chunk differs = load<Chunk>(a + last) ^ load<Chunk>(b + last);
    for (size_t i = 0; i < last; i += kChunk) differs |= load<Chunk>(a + i) ^ load<Chunk>(b + i);
    return (differs[0] | differs[1]) == 0;
  }
  if (size >= sizeof(uint64_t)) return ends_equal<uint64_t>(a, b, size);
  if (size >= sizeof(uint32_t)) return ends_equal<uint32_t>(a, b, size);
  if (size >= sizeof(uint16_t)) return ends_equal<uint16_t>(a, b, size);
  return size == 0 || *a == *b;
}

}  // namespace

LabelChain::LabelChain(std::span<const SeenLabels> series) : first_(series.front().region) {
  links_.reserve(series.size() - 1);
  for (size_t i = 0; i + 1 < series.size(); ++i) add(series[i].region, series[i + 1]);
  edits_.shrink_to_fit();
}

void LabelChain::add(std::string_view before, const SeenLabels& next) {
  CHECK(before.size() <= kMaxRegion && next.region.size() <= kMaxRegion);
  const std::vector<std::string_view> old = split(before);
  EditWriter edits(edits_);
  auto at = old.begin();
  for (const std::string_view field : split(next.region)) {
    const auto left = std::min(static_cast<size_t>(old.end() - at), kMaxSkipped);
    const auto end = at + static_cast<std::ptrdiff_t>(left);
    const auto same = std::find(at, end, field);
    if (same == end) {
      edits.add(field);
      continue;
    }
    while (at != same) edits.skip(*at++);
    edits.keep(*at++);
  }
  edits.flush();
  links_.push_back(
      {next.hash, static_cast<uint32_t>(next.region.size()), static_cast<uint32_t>(edits_.size())});
}

SeenLabels LabelChain::follow(size_t link, std::string_view before, std::string_view series) const {
  const Link& expected = links_[link];
  if (series.size() < expected.size) return {};
  const char* edit_at = edits_.data() + (link == 0 ? 0 : links_[link - 1].edits_end);
  const char* const edits_end = edits_.data() + expected.edits_end;
  const char* old = before.data();
  const char* at = series.data();
  while (edit_at != edits_end) {
    Edit edit;
    std::memcpy(&edit, edit_at, sizeof(edit));
    edit_at += sizeof(edit);
    old += edit.skipped;
    if (!equal(old, at, edit.kept) || !equal(edit_at, at + edit.kept, edit.fresh)) return {};
    old += edit.kept;
    at += edit.kept + edit.fresh;
    edit_at += edit.fresh;
  }
  return {series.substr(0, expected.size), expected.hash};
}

void LabelChain::prefetch() const {
  constexpr size_t kLine = 64;
  const auto lines = [](const void* begin, size_t bytes) {
    const char* at = static_cast<const char*>(begin);
    for (const char* const end = at + bytes; at < end; at += kLine) __builtin_prefetch(at);
  };
  // As much as processors need to see that it is read in order.
  lines(first_.data(), first_.size());
  lines(links_.data(), std::min(links_.size() * sizeof(Link), 2 * kLine));
  lines(edits_.data(), std::min(edits_.size(), 4 * kLine));
}

size_t LabelChain::bytes() const {
  return sizeof(*this) + first_.capacity() + links_.capacity() * sizeof(Link) + edits_.capacity();
}

}  // namespace pushpull::wire
