#include "harness/measure/journal_entry.h"

#include <algorithm>
#include <concepts>
#include <limits>

namespace pushpull::journal {

namespace {

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void operator()(std::integral auto value) {
    auto bits = static_cast<uint64_t>(value);
    for (size_t i = 0; i < sizeof(value); ++i, bits >>= 8) {
      out_ += static_cast<char>(bits & 0xff);
    }
  }
  void operator()(Instant t) { (*this)(t.unix_ns()); }
  void operator()(LossCause cause) { (*this)(static_cast<uint8_t>(cause)); }
  void operator()(Fate fate) { (*this)(static_cast<uint8_t>(fate)); }
  void operator()(const PositionRun& run) {
    (*this)(run.first);
    (*this)(run.stride);
    (*this)(run.count);
  }
  void operator()(const std::string& text) {
    const size_t size = std::min(text.size(), kMaxText);
    (*this)(static_cast<uint16_t>(size));
    out_.append(text, 0, size);
  }

 private:
  std::string& out_;
};

// Reads fields until one does not fit; everything after that is left as it was.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool complete() const { return ok_ && bytes_.empty(); }

  template <std::integral T>
  void operator()(T& value) {
    if (bytes_.size() < sizeof(T)) return fail();
    uint64_t bits = 0;
    for (size_t i = sizeof(T); i-- > 0;) bits = bits << 8 | static_cast<unsigned char>(bytes_[i]);
    bytes_.remove_prefix(sizeof(T));
    value = static_cast<T>(bits);
  }
  void operator()(bool& value) { value = choice(2) == 1; }
  void operator()(LossCause& cause) { cause = static_cast<LossCause>(choice(kLossCauses)); }
  void operator()(Fate& fate) {
    fate = static_cast<Fate>(choice(static_cast<int>(Fate::kOutOfBounds) + 1));
  }
  void operator()(Instant& t) {
    int64_t ns = 0;
    (*this)(ns);
    t = Instant::from_unix_ns(ns);
  }
  void operator()(PositionRun& run) {
    (*this)(run.first);
    (*this)(run.stride);
    (*this)(run.count);
    if (!run.fits(std::numeric_limits<uint32_t>::max())) fail();
  }
  void operator()(std::string& text) {
    uint16_t size = 0;
    (*this)(size);
    if (size > kMaxText || size > bytes_.size()) return fail();
    text = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
  }

 private:
  void fail() {
    ok_ = false;
    bytes_ = {};
  }
  int choice(int bound) {
    uint8_t value = 0;
    (*this)(value);
    if (value < bound) return value;
    fail();
    return 0;
  }

  std::string_view bytes_;
  bool ok_ = true;
};

template <size_t kIndex = 0>
std::optional<Entry> decode_as(uint8_t type, std::string_view fields) {
  if constexpr (kIndex == std::variant_size_v<Entry>) {
    return std::nullopt;
  } else {
    using Candidate = std::variant_alternative_t<kIndex, Entry>;
    if (type != Candidate::kType) return decode_as<kIndex + 1>(type, fields);
    Candidate entry;
    Reader read(fields);
    std::apply([&](auto&... field) { (read(field), ...); }, Candidate::fields(entry));
    return read.complete() ? std::optional<Entry>(std::move(entry)) : std::nullopt;
  }
}

}  // namespace

void encode(const Entry& entry, std::string& out) {
  Writer write(out);
  std::visit(
      [&](const auto& e) {
        write(e.kType);
        std::apply([&](const auto&... field) { (write(field), ...); }, e.fields(e));
      },
      entry);
}

std::optional<Entry> decode(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  return decode_as(static_cast<uint8_t>(bytes[0]), bytes.substr(1));
}

}  // namespace pushpull::journal
