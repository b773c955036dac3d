// What leaves are called, and how that shows in what they send.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/prometheus/sent_series.h"
#include "harness/scenario/variant.h"

namespace pushpull {

// leaf-0, leaf-1 …
std::string leaf_name(uint32_t leaf);

// The external label `prometheus` tells leaves apart.
Labels leaf_external_labels(uint32_t leaf);

// Of each leaf that ships as `variant` says. Requires: a variant that bind() took.
std::vector<SentLabels> sent_labels(const Variant& variant, uint32_t leaves);

}  // namespace pushpull
