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

bool has_labels(const wire::WriteSlice& slice) { return slice.labels != nullptr; }

}  // namespace

WritePayload::WritePayload(std::vector<wire::WriteSlice> slices, const WriteSizeModel& model,
                           WriteMessage message)
    : slices_(std::move(slices)), message_(message) {
  for (const wire::WriteSlice& part : slices_) {
    items_ += ItemCounts::of(part.slice.record->kind(), part.slice.count);
  }
  const bool all = std::ranges::all_of(slices_, has_labels);
  CHECK(all || (model && std::ranges::none_of(slices_, has_labels)))
      << "a request without labels needs a size model";
  if (!all) size_ = model(samples());
}

Result<std::string> WritePayload::encode() const {
  if (!std::ranges::all_of(slices_, has_labels)) {
    return Error{"this write request has no labels: it exists in virtual time only"};
  }
  std::string memory = spare_strings(SpareUse::kEncoding).take();
  std::string body = wire::snappy_compress(encode_message(message_, slices_, memory));
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
