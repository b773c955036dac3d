#include "harness/base/number_format.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace pushpull {
namespace {

constexpr int kMinPlainExponent = -4;
constexpr int kMaxPlainExponent = 5;

// Significant digits d.ddd… without trailing zeros, and the decimal exponent of the first.
struct Digits {
  std::array<char, 20> text;
  int count;
  int exponent;
};

char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* put(char* out, const char* from, int count) {
  std::memcpy(out, from, static_cast<size_t>(count));
  return out + count;
}

// The digits of n / 10^decimals. Requires: n > 0.
Digits digits_of(uint64_t n, int decimals) {
  Digits digits;
  char* const begin = digits.text.data();
  char* const end = std::to_chars(begin, begin + digits.text.size(), n).ptr;
  digits.count = static_cast<int>(end - begin);
  digits.exponent = digits.count - 1 - decimals;
  while (begin[digits.count - 1] == '0') --digits.count;
  return digits;
}

// The shortest digits of a finite value > 0.
Digits digits_of(double value) {
  char text[32];
  const char* const end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  // d[.ddd…]e±XX
  const char* const e = static_cast<const char*>(std::memchr(text, 'e', sizeof text));
  Digits digits;
  digits.text[0] = text[0];
  digits.count = 1;
  if (e - text > 2) {
    const int fraction = static_cast<int>(e - text) - 2;
    put(digits.text.data() + 1, text + 2, fraction);
    digits.count += fraction;
  }
  std::from_chars(e + (e[1] == '+' ? 2 : 1), end, digits.exponent);
  return digits;
}

char* write_exponent_form(char* out, const Digits& digits) {
  *out++ = digits.text[0];
  if (digits.count > 1) {
    *out++ = '.';
    out = put(out, digits.text.data() + 1, digits.count - 1);
  }
  *out++ = 'e';
  *out++ = digits.exponent < 0 ? '-' : '+';
  const int magnitude = std::abs(digits.exponent);
  if (magnitude < 10) *out++ = '0';
  return std::to_chars(out, out + 3, magnitude).ptr;
}

char* write_plain(char* out, const Digits& digits) {
  const char* const text = digits.text.data();
  if (digits.exponent < 0) {
    out = put(out, std::string_view("0.0000").substr(0, static_cast<size_t>(1 - digits.exponent)));
    return put(out, text, digits.count);
  }
  const int whole = digits.exponent + 1;
  if (digits.count <= whole) {
    out = put(out, text, digits.count);
    return put(out,
               std::string_view("000000").substr(0, static_cast<size_t>(whole - digits.count)));
  }
  out = put(out, text, whole);
  *out++ = '.';
  return put(out, text + whole, digits.count - whole);
}

char* write_digits(char* out, const Digits& digits) {
  const bool plain = digits.exponent >= kMinPlainExponent && digits.exponent <= kMaxPlainExponent;
  return plain ? write_plain(out, digits) : write_exponent_form(out, digits);
}

}  // namespace

char* write_number(char* out, double value) {
  if (std::isnan(value)) return put(out, "NaN");
  if (value == 0) return put(out, "0");
  if (std::isinf(value)) return put(out, value > 0 ? "+Inf" : "-Inf");
  if (value < 0) {
    *out++ = '-';
    value = -value;
  }
  // Most samples are whole numbers or have few decimals. A decimal of at most 15 digits is the only
  // one of that length that reads back as its double, so where such a decimal exists its digits are
  // the shortest ones and integer arithmetic finds them.
  constexpr double kExact = 1e15;
  if (value < 1e6) {
    const auto whole = static_cast<uint32_t>(value);
    if (static_cast<double>(whole) == value) return std::to_chars(out, out + 7, whole).ptr;
  }
  if (value < kExact) {
    const auto whole = static_cast<uint64_t>(value);
    if (static_cast<double>(whole) == value) return write_digits(out, digits_of(whole, 0));
    // At 2^52 a double has no bits left for a fraction: the sum is rounded to nearest.
    const auto thousandths = static_cast<uint64_t>(value * 1000 + 0x1p52 - 0x1p52);
    if (thousandths < static_cast<uint64_t>(kExact) &&
        static_cast<double>(thousandths) / 1000 == value) {
      return write_digits(out, digits_of(thousandths, 3));
    }
  }
  return write_digits(out, digits_of(value));
}

void append_number(std::string& out, double value) {
  char text[kMaxNumberSize];
  out.append(text, write_number(text, value));
}

}  // namespace pushpull
