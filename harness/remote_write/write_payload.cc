#include "harness/remote_write/write_payload.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

#include "harness/base/check.h"
#include "harness/base/spare_strings.h"
#include "harness/wire/compression.h"
#include "harness/wire/encode_v2.h"

namespace pushpull {
namespace {

std::string_view encode_message(WriteMessage message, std::span<const wire::WriteSlice> slices,
                                std::string& memory) {
  return message == WriteMessage::kV1 ? wire::encode_write_request(slices, memory)
                                      : wire::encode_write_request_v2(slices, memory);
}

std::string encode_metadata_request(const std::vector<wire::FamilyMetadata>& metadata) {
  std::string message;
  std::string entry;
  for (const wire::FamilyMetadata& family : metadata) {
    entry.clear();
    wire::encode_metadata(family, entry);
    wire::append_metadata_entry(entry, message);
  }
  return message;
}

bool has_labels(const wire::WriteSlice& slice) { return slice.labels != nullptr; }

}  // namespace

WritePayload::WritePayload(std::vector<wire::WriteSlice> slices, const WriteSizeModel& model,
                           WriteMessage message, bool compress_nothing)
    : slices_(std::move(slices)), message_(message), compress_nothing_(compress_nothing) {
  for (const wire::WriteSlice& part : slices_) {
    items_ += ItemCounts::of(part.slice.record->kind(), part.slice.count);
  }
  const bool all = std::ranges::all_of(slices_, has_labels);
  CHECK(all || (model && std::ranges::none_of(slices_, has_labels)))
      << "a request without labels needs a size model";
  if (!all) size_ = model(samples());
}

WritePayload::WritePayload(std::vector<wire::FamilyMetadata> metadata)
    : metadata_(std::move(metadata)), message_(WriteMessage::kV1) {}

Result<std::string> WritePayload::encode() const {
  if (!metadata_.empty()) {
    std::string body = wire::snappy_compress(encode_metadata_request(metadata_));
    size_ = static_cast<int64_t>(body.size());
    return body;
  }
  if (!std::ranges::all_of(slices_, has_labels)) {
    return Error{"this write request has no labels: it exists in virtual time only"};
  }
  std::string memory = spare_strings(SpareUse::kEncoding).take();
  const std::string_view message = encode_message(message_, slices_, memory);
  std::string body =
      message.empty() && !compress_nothing_ ? std::string() : wire::snappy_compress(message);
  spare_strings(SpareUse::kEncoding).give_back(std::move(memory));
  size_ = static_cast<int64_t>(body.size());
  return body;
}

int64_t WritePayload::wire_size() const {
  if (size_ == kUnknown) {
    const Result<std::string> body = encode();
    CHECK(body.ok());
  }
  return size_;
}

WrittenPayload::~WrittenPayload() {
  spare_strings(SpareUse::kWriteRequest).give_back(std::move(request_.message));
}

Result<std::string> WrittenPayload::encode() const {
  return wire::snappy_compress(request_.message);
}

int64_t WrittenPayload::wire_size() const {
  return static_cast<int64_t>(wire::snappy_compress(request_.message).size());
}

}  // namespace pushpull
