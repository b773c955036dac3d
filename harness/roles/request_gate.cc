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

template <class T>
bool read_number(std::string_view text, T& value) {
  const char* const last = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), last, value);
  return failed == std::errc() && stop == last;
}

// Size of the body and attempt, as the head has them; nothing where the size cannot be told.
std::optional<SeenRequest> read_head(std::string_view head) {
  const size_t first_line = head.find("\r\n");
  if (head.substr(0, first_line).find(" HTTP/1.") == std::string_view::npos) return std::nullopt;
  SeenRequest request;
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
    if (equal_names(name, "retry-attempt") && !read_number(value, request.attempt)) {
      request.attempt = 0;
    }
    if (equal_names(name, "content-length") && !read_number(value, request.body_size)) {
      return std::nullopt;
    }
  }
  return request;
}

}  // namespace

RequestGate::RequestGate(Decide decide) : decide_(std::move(decide)), body_(XXH64_createState()) {}

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
  std::optional<SeenRequest> request =
      end == std::string::npos ? std::nullopt : read_head(std::string_view(head_).substr(0, end));
  if (!request) {
    part_ = Part::kUnseen;
  } else {
    request_ = std::move(*request);
    request_.answer = decide_();
    body_left_ = request_.body_size;
    XXH64_reset(body_.get(), 0);
    part_ = Part::kBody;
  }
  if (request_.answer.empty()) passed.bytes += head_;
  head_.clear();
  if (part_ == Part::kBody && body_left_ == 0) end_request(passed);
}

void RequestGate::take_body(std::string_view& rest, Passed& passed) {
  const auto size = static_cast<size_t>(std::min<uint64_t>(rest.size(), body_left_));
  if (request_.answer.empty()) passed.bytes += rest.substr(0, size);
  XXH64_update(body_.get(), rest.data(), size);
  rest.remove_prefix(size);
  body_left_ -= size;
  if (body_left_ == 0) end_request(passed);
}

void RequestGate::end_request(Passed& passed) {
  request_.body_hash = XXH64_digest(body_.get());
  passed.requests.push_back(std::exchange(request_, {}));
  part_ = Part::kHead;
}

}  // namespace pushpull
