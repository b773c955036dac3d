// How large bodies are in virtual time, learnt at the start of a run by really encoding bodies of
// its own workload.
#pragma once

#include <cstdint>

#include "harness/base/time.h"
#include "harness/prometheus/sent_series.h"
#include "harness/remote_write/config.h"
#include "harness/remote_write/media_type.h"
#include "harness/wire/size_model.h"
#include "harness/workload/labels.h"
#include "harness/workload/workload.h"

namespace pushpull {

// Compressed remote write bodies of 1 … max_samples_per_send samples from one of min_shards shards,
// of what the destination's relabelling leaves.
wire::SizeModel measure_write_sizes(const Workload& workload, const SentLabels& sent,
                                    const QueueConfig& queue, WriteMessage message,
                                    Duration scrape_interval);

// /federate bodies of everything a leaf has, fitted to whole bodies of up to 200k series; larger
// ones grow linearly, as text and gzip do.
wire::SizeModel measure_federate_sizes(const Workload& workload, const Labels& external_labels,
                                       int gzip_level, Duration scrape_interval);

}  // namespace pushpull
