// Which lines of a document must not be shown.
#pragma once

#include <string_view>

namespace pushpull::yaml {

// Whether line `line` (from 1) of a YAML text, well-formed or not, could hold a secret: a key on
// it, or one that it belongs to by indentation, is the name of one or looks like a misspelt one.
// Rather too often than too rarely: in a text with a private key every line could be part of it.
bool may_hold_secret(std::string_view text, int line);

}  // namespace pushpull::yaml
