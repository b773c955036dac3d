// Decompresses raw snappy blocks. What libsnappy does, in two thirds of the time: Debian's build of
// it calls memmove for every element, which is longer than the element.
#pragma once

#include <cstddef>
#include <string_view>

namespace pushpull::wire {

// The block's contents, exactly `size` bytes, go to `out`. False where the block is not valid or
// yields another number of bytes; `out` then holds anything. The size that the block declares is
// stepped over, not looked at. Takes and refuses what snappy::RawUncompress does; never reads
// outside `block` nor touches anything outside of [out, out + size).
bool snappy_decode(std::string_view block, char* out, size_t size);

}  // namespace pushpull::wire
