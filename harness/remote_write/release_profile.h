// What a Prometheus release does differently from its neighbours: the one table of since-versions.
// Nothing else in the harness compares versions; everybody asks a flag of the profile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/http_client/tls_config.h"
#include "harness/relabel/config.h"
#include "harness/wire/compression.h"

namespace pushpull {

// The release followed where the user names none: the long-term one.
inline constexpr std::string_view kDefaultRelease = "3.5";

// Immutable value. Flags are false in the oldest release and become true once.
struct ReleaseProfile {
  std::string version;  // complete, as User-Agent and build info show it: "3.5.0", "2.42.0+ds"

  // The calibration of the measured release that is nearest, for scenarios that name none.
  std::string calibration = "prometheus-2.42";

  // Defaults of queue_config that changed (2.44); metadata_config has the last one too.
  int64_t capacity = 2500;
  int64_t max_shards = 200;
  int64_t max_samples_per_send = 500;

  // Configuration of a sender.
  bool checks_queue_config = false;   // before: taken as it is written
  bool names_azuread = false;         // in errors about authentication
  bool lists_authentication = false;  // in the error about more than one; and google_iam
  bool writes_without_http2 = false;  // enable_http2 is false by default
  // What is left out of the text that names an entry where it is the default: the regex of a rule,
  // and an empty username. The second came with 3.8; Debian's build of 3.5 has it, so 3.5 to 3.7
  // are treated alike.
  bool omits_default_regex = false;
  bool omits_empty_username = false;
  bool names_tls_versions = false;  // there; before, by number
  HttpClientDialect http_client;

  // Sender.
  bool reads_on_notification = false;  // before: the WAL is polled every 10 ms
  bool retry_attempt_header = false;
  bool drop_reasons = false;       // samples_dropped_total has a label `reason`
  bool limits_sample_age = false;  // knows sample_age_limit
  // An empty 1.0 message, of which everything was too old, has an empty body, which is no snappy
  // and so answered 400 by receivers; before, one byte of snappy.
  bool sends_empty_bodies = false;
  bool retry_after_on_5xx = false;  // before: Retry-After counts on a retried 429 only
  // No resharding while a batch is retried, for twice its newest pause.
  bool retries_disable_resharding = false;
  // No resharding unless a batch was finished in the last 10 s; before: twice batch_send_deadline.
  bool fixed_reshard_threshold = false;

  // Shows its highest timestamps as 0 before there are any; before: not at all.
  bool initialises_highest_timestamps = false;
  bool shows_highest_queued = false;  // queue_highest_timestamp_seconds

  // Receiver of remote write.
  bool counts_samples_without_metadata = false;
  bool skips_invalid_series = false;  // before: stored as they come
  // Knows Remote Write 2.0, as a sender too; 415 for a foreign Content-Type or Content-Encoding.
  bool checks_media_type = false;
  bool skips_repeated_names = false;  // before: 500
  bool utf8_names = false;            // before: [a-zA-Z_:][a-zA-Z0-9_:]*
  bool limits_request_size = false;   // 413 for a body of more than 32 MiB
  // 400 for one that decodes to more than 32 MiB. 3.5 has it since 3.5.3; 3.6 and 3.7, which never
  // got it, are treated alike.
  bool limits_decoded_size = false;
  bool judges_encoding_first = false;     // before: Content-Type, then Content-Encoding, then body
  bool stores_native_histograms = false;  // before: 500, unless the feature flag was given
  bool refuses_empty_series = false;      // of 2.0; before: taken, and nothing is stored

  // Native histograms and exemplars; see enable_features().
  bool scrapes_native_histograms = false;     // unless a scrape config says otherwise
  bool has_scrape_native_histograms = false;  // the key of scrape configs
  bool stores_exemplars = false;              // never without the feature flag
  bool exemplars_share_timestamps = false;    // of one series; before: out of order
  bool exact_histogram_counts = false;        // before: buckets may hold fewer than the count says
  bool known_histogram_schemas = false;       // before: any schema is stored
  // 400, and in 2.0 the rest is stored; before: 500.
  bool refuses_invalid_histograms = false;
  bool drops_custom_buckets_in_v1 = false;  // before: sent without their bounds

  // Scraper: a body whose Content-Type is not an exposition's fails the scrape; before, it is read
  // as text 0.0.4.
  bool strict_content_type = false;
  // How labels are laid out in memory, whose hash decides scrape phases: each text behind its
  // length (the build tag stringlabels), lengths from 255 on in four bytes; before, as varints.
  bool packs_labels = false;
  bool wide_label_sizes = false;
  // The Accept header is made of scrape_protocols; before: one of two constants.
  bool weighs_scrape_protocols = false;
  // Writes the bounds of classic histograms and summaries as OpenMetrics does ("1.0"), where the
  // exposition says that they are such.
  bool normalises_bounds = false;
  // /federate names its escaping scheme in the Content-Type, and scrapers ask for one.
  bool names_escaping = false;
  // Our gzip level whose sizes are those of the release's encoder (see wire/compression.h).
  int gzip_level = wire::kGzipLevelBefore251;

  RelabelDialect relabel;  // of all rules: write_relabel_configs

  // Head.
  bool refuses_far_future = false;  // samples more than 10 min ahead are out of bounds
};

// --enable-feature, a list with commas: what it changes in this release. Returns the names that
// change nothing here. Error: one that would change what is shipped, and is not implemented.
Result<std::vector<std::string>> enable_features(ReleaseProfile& profile, std::string_view names);

// `version` is "major.minor", or a complete version as `prometheus --version` prints it. Error
// unless it lies in 2.42 … 3.14.
Result<ReleaseProfile> release_profile(std::string_view version);

}  // namespace pushpull
