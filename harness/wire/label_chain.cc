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

uint64_t word(const char* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

// Nearly always true, so that it looks for the first difference no sooner than at the end; a call
// of memcmp would cost more than it does.
bool equal(const char* a, const char* b, size_t size) {
  constexpr size_t kWord = sizeof(uint64_t);
  if (size < kWord) {
    bool same = true;
    for (size_t i = 0; i < size; ++i) same = same && a[i] == b[i];
    return same;
  }
  uint64_t differs = word(a + size - kWord) ^ word(b + size - kWord);
  size_t i = 0;
  for (; i + 4 * kWord <= size; i += 4 * kWord) {
    differs |= (word(a + i) ^ word(b + i)) | (word(a + i + kWord) ^ word(b + i + kWord)) |
               (word(a + i + 2 * kWord) ^ word(b + i + 2 * kWord)) |
               (word(a + i + 3 * kWord) ^ word(b + i + 3 * kWord));
  }
  for (; i + kWord <= size; i += kWord) differs |= word(a + i) ^ word(b + i);
  return differs == 0;
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

size_t LabelChain::bytes() const {
  return sizeof(*this) + first_.capacity() + links_.capacity() * sizeof(Link) + edits_.capacity();
}

}  // namespace pushpull::wire
