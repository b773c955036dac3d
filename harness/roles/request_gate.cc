#include "harness/roles/request_gate.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace pushpull {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";

bool equal_names(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Bytes of the body behind this head; nothing where that cannot be told.
std::optional<uint64_t> body_size(std::string_view head) {
  const size_t first_line = head.find("\r\n");
  if (head.substr(0, first_line).find(" HTTP/1.") == std::string_view::npos) return std::nullopt;
  uint64_t size = 0;
  std::string_view rest = head.substr(first_line + 2);
  while (!rest.empty()) {
    const size_t end = std::min(rest.find("\r\n"), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 2, rest.size()));
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (equal_names(name, "transfer-encoding")) return std::nullopt;
    if (!equal_names(name, "content-length")) continue;
    const char* const last = value.data() + value.size();
    const auto [stop, failed] = std::from_chars(value.data(), last, size);
    if (failed != std::errc() || stop != last) return std::nullopt;
  }
  return size;
}

}  // namespace

RequestGate::Passed RequestGate::take(std::span<const char> bytes) {
  Passed passed;
  std::string_view rest(bytes.data(), bytes.size());
  while (!rest.empty()) {
    switch (part_) {
      case Part::kHead:
        take_head(rest, passed);
        break;
      case Part::kBody:
        take_body(rest, passed);
        break;
      case Part::kUnseen:
        passed.bytes += std::exchange(rest, {});
        break;
    }
  }
  return passed;
}

void RequestGate::take_head(std::string_view& rest, Passed& passed) {
  // The end may straddle what was there and what comes.
  const size_t searched = head_.size() - std::min(head_.size(), kEndOfHead.size() - 1);
  const size_t before = head_.size();
  head_ += rest;
  const size_t end = head_.find(kEndOfHead, searched);
  if (end == std::string::npos && head_.size() <= kLargestHead) {
    rest = {};
    return;
  }
  const size_t size = end == std::string::npos ? head_.size() : end + kEndOfHead.size();
  rest.remove_prefix(size - before);
  head_.resize(size);
  const std::optional<uint64_t> body =
      end == std::string::npos ? std::nullopt : body_size(std::string_view(head_).substr(0, end));
  if (!body) {
    part_ = Part::kUnseen;
  } else {
    answer_ = decide_();
    body_left_ = *body;
    part_ = Part::kBody;
  }
  if (answer_.empty()) passed.bytes += head_;
  head_.clear();
  if (part_ == Part::kBody && body_left_ == 0) end_request(passed);
}

void RequestGate::take_body(std::string_view& rest, Passed& passed) {
  const auto size = static_cast<size_t>(std::min<uint64_t>(rest.size(), body_left_));
  if (answer_.empty()) passed.bytes += rest.substr(0, size);
  rest.remove_prefix(size);
  body_left_ -= size;
  if (body_left_ == 0) end_request(passed);
}

void RequestGate::end_request(Passed& passed) {
  if (!answer_.empty()) passed.answers.push_back(std::exchange(answer_, {}));
  part_ = Part::kHead;
}

}  // namespace pushpull
