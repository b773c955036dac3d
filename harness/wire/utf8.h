// UTF-8 as Go's unicode/utf8 sees it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <string_view>

namespace pushpull::wire {

bool valid_utf8(std::string_view text);

}  // namespace pushpull::wire
