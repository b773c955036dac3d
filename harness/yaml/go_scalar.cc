#include "harness/yaml/go_scalar.h"

#include <algorithm>
#include <array>
#include <utility>

namespace pushpull::yaml {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
// Bytes of UTF-8 beyond ASCII are printable, but for the marks that nobody puts into a
// configuration.
bool is_printable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || c == '\n';
}
// What the text may look like, in the rules of libyaml's emitter.
struct Analysis {
  bool plain_in_block = true;
  bool plain_in_flow = true;
  bool single_quotes = true;
};

Analysis analyse(std::string_view text) {
  Analysis a;
  if (text.empty()) return {true, false, true};
  bool block = text.starts_with("---") || text.starts_with("...");
  bool flow = block;
  bool special = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool follows_blank = i == 0 || is_blank(text[i - 1]);
    const bool before_blank = i + 1 == text.size() || is_blank(text[i + 1]);
    if (i == 0 && std::string_view("#,[]{}&*!|>'\"%@`").find(c) != std::string_view::npos) {
      block = flow = true;
    }
    if (i == 0 && c == '-' && before_blank) block = flow = true;
    if (std::string_view(",?[]{}:").find(c) != std::string_view::npos) flow = true;
    if ((c == ':' || (c == '?' && i == 0)) && before_blank) block = true;
    if (c == '#' && follows_blank) block = flow = true;
    special |= !is_printable(c);
  }
  const bool lines = text.find('\n') != std::string_view::npos;
  const bool blank_ends = is_blank(text.front()) || is_blank(text.back());
  a.plain_in_block = !block && !special && !lines && !blank_ends;
  a.plain_in_flow = !flow && !block && !special && !lines && !blank_ends;
  a.single_quotes = !special;
  return a;
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '_'; }) &&
         is_digit(text.front());
}

// An integer in any base, a float, or a number of base 60.
bool looks_like_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return false;
  if (text.size() > 2 && text[0] == '0') {
    const bool hex = (text[1] == 'x' || text[1] == 'X');
    const bool other = std::string_view("bBoO").find(text[1]) != std::string_view::npos;
    const std::string_view digits = text.substr(2);
    if (hex && digits.find_first_not_of("0123456789abcdefABCDEF_") == std::string_view::npos) {
      return true;
    }
    if (other && digits.find_first_not_of("01234567_") == std::string_view::npos) return true;
  }
  if (all_digits(text)) return true;
  const size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    if (!all_digits(text.substr(0, colon))) return false;
    std::string_view rest = text.substr(colon);
    while (rest.starts_with(':')) {
      const size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
      const std::string_view part = rest.substr(1, end - 1);
      if (part.empty() || part.size() > 2 || (part.size() == 2 && part[0] > '5')) return false;
      rest.remove_prefix(end);
    }
    return rest.empty() ||
           (rest[0] == '.' && rest.find_first_not_of("0123456789_", 1) == std::string_view::npos);
  }
  // [digits][.digits][e[sign]digits], with a digit in front of the exponent.
  const size_t exponent = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, exponent);
  const size_t dot = mantissa.find('.');
  const auto digits_or_nothing = [](std::string_view part) {
    return part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (!digits_or_nothing(mantissa.substr(0, dot))) return false;
  if (dot != std::string_view::npos && !digits_or_nothing(mantissa.substr(dot + 1))) return false;
  if (mantissa.empty() || mantissa == ".") return false;
  if (exponent == std::string_view::npos) return true;
  std::string_view power = text.substr(exponent + 1);
  if (power.starts_with('-') || power.starts_with('+')) power.remove_prefix(1);
  return !power.empty() && digits_or_nothing(power);
}

// yyyy-m-d, alone or with a time behind it.
bool looks_like_date(std::string_view text) {
  if (text.size() < 8 || text[4] != '-' || !all_digits(text.substr(0, 4))) return false;
  const size_t dash = text.find('-', 5);
  if (dash == std::string_view::npos || !all_digits(text.substr(5, dash - 5))) return false;
  const size_t end = std::min(text.find_first_not_of("0123456789", dash + 1), text.size());
  if (end == dash + 1) return false;
  return end == text.size() || text[end] == 'T' || text[end] == 't' || text[end] == ' ';
}

// Whether a reader would take the bare text for something else than a string.
bool resolves_to_other(std::string_view text) {
  constexpr std::array kWords = {
      "",      "~",    "null", "Null", "NULL",  "y",     "Y",     "yes",   "Yes",   "YES",
      "n",     "N",    "no",   "No",   "NO",    "true",  "True",  "TRUE",  "false", "False",
      "FALSE", "on",   "On",   "ON",   "off",   "Off",   "OFF",   "<<",    ".nan",  ".NaN",
      ".NAN",  ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"};
  if (std::find(kWords.begin(), kWords.end(), text) != kWords.end()) return true;
  return looks_like_number(text) || looks_like_date(text);
}

// Breaks a long text at single spaces, where it is beyond the width already.
std::string folded(std::string_view text, size_t column, size_t indent) {
  std::string out;
  bool after_space = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool space = text[i] == ' ';
    const bool inside = i > 0 && i + 1 < text.size();
    if (space && inside && !after_space && column > kGoWidth && text[i + 1] != ' ') {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else {
      out += text[i];
      column += go_width(text.substr(i, 1));
    }
    after_space = space;
  }
  return out;
}

std::string single_quoted(std::string_view text, size_t column, size_t indent) {
  std::string doubled;
  for (const char c : text) doubled += c == '\'' ? std::string("''") : std::string(1, c);
  return "'" + folded(doubled, column + 1, indent) + "'";
}

std::string double_quoted(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += std::string("\\") + c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (!is_printable(c)) {
      out += std::string("\\x") + kHex[byte >> 4] + kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// Text of several lines. A last line end is kept without a mark, none is "-", more are "+".
std::string literal(std::string_view text, size_t indent) {
  std::string out = "|";
  if (text.front() == ' ' || text.front() == '\n') out += std::to_string(kGoIndent);
  if (!text.ends_with('\n')) {
    out += "-";
  } else if (text == "\n" || text.ends_with("\n\n")) {
    out += "+";
  }
  std::string_view rest = text;
  if (rest.ends_with('\n')) rest.remove_suffix(1);
  for (;;) {
    const size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    out += "\n" + (line.empty() ? "" : std::string(indent, ' ') + std::string(line));
    if (end == std::string_view::npos) return out;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

size_t go_width(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string go_scalar(std::string_view text, size_t column, size_t indent, bool in_flow) {
  const Analysis a = analyse(text);
  if (text.find('\n') != std::string_view::npos && !in_flow && a.single_quotes &&
      !text.ends_with(' ')) {
    return literal(text, indent);
  }
  // A text that could be something else is double quoted; one that cannot be plain, single quoted.
  if (resolves_to_other(text)) return double_quoted(text);
  if (in_flow ? a.plain_in_flow : a.plain_in_block) return folded(text, column, indent);
  return a.single_quotes ? single_quoted(text, column, indent) : double_quoted(text);
}

}  // namespace pushpull::yaml
