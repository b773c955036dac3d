#include "harness/relabel/letter_case.h"

#include <clocale>
#include <cstdint>
#include <cwctype>

#include "harness/base/check.h"
#include "harness/wire/utf8.h"

namespace pushpull {
namespace {

// glibc's own tables of Unicode, whatever the user's language is.
locale_t unicode() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  CHECK(locale != nullptr) << "the locale C.UTF-8 is part of Debian's libc-bin";
  return locale;
}

// Takes the first letter of valid, non-empty UTF-8.
char32_t take_letter(std::string_view& text) {
  const auto byte = [&text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t letter = size == 1 ? first : first & (0x7fU >> size);
  for (size_t i = 1; i < size; ++i) letter = letter << 6 | (byte(i) & 0x3fU);
  text.remove_prefix(size);
  return letter;
}

void append_letter(std::string& out, char32_t letter) {
  const auto tail = [&out, letter](int shift) {
    out += static_cast<char>(0x80U | ((letter >> shift) & 0x3fU));
  };
  if (letter < 0x80) {
    out += static_cast<char>(letter);
  } else if (letter < 0x800) {
    out += static_cast<char>(0xc0U | letter >> 6);
    tail(0);
  } else if (letter < 0x10000) {
    out += static_cast<char>(0xe0U | letter >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0U | letter >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

template <class Map>
std::string map_letters(std::string_view text, Map&& map) {
  if (!wire::valid_utf8(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) append_letter(out, map(take_letter(text)));
  return out;
}

}  // namespace

std::string to_upper(std::string_view text) {
  return map_letters(text, [](char32_t c) { return char32_t{towupper_l(c, unicode())}; });
}

std::string to_lower(std::string_view text) {
  return map_letters(text, [](char32_t c) { return char32_t{towlower_l(c, unicode())}; });
}

}  // namespace pushpull
