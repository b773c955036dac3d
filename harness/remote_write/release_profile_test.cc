#include "harness/remote_write/release_profile.h"

#include <gtest/gtest.h>

namespace pushpull {
namespace {

TEST(ReleaseProfile, OldestReleaseHasSmallBatchesAndNoNewerRule) {
  const ReleaseProfile p = *release_profile("2.42");
  EXPECT_EQ(p.capacity, 2500);
  EXPECT_EQ(p.max_shards, 200);
  EXPECT_EQ(p.max_samples_per_send, 500);
  EXPECT_FALSE(p.reads_on_notification || p.retry_attempt_header || p.retry_after_on_5xx);
  EXPECT_FALSE(p.checks_media_type || p.skips_invalid_series || p.refuses_far_future);
}

TEST(ReleaseProfile, LongTermReleaseHasLargeBatchesAndNewerRules) {
  const ReleaseProfile p = *release_profile(kDefaultRelease);
  EXPECT_EQ(p.capacity, 10'000);
  EXPECT_EQ(p.max_shards, 50);
  EXPECT_EQ(p.max_samples_per_send, 2000);
  EXPECT_TRUE(p.reads_on_notification && p.retry_attempt_header && p.retry_after_on_5xx);
  EXPECT_TRUE(p.checks_media_type && p.skips_invalid_series && p.utf8_names);
  EXPECT_FALSE(p.limits_request_size) << "came with 3.8";
}

TEST(ReleaseProfile, RulesStartAtTheirRelease) {
  EXPECT_FALSE(release_profile("2.47")->retry_attempt_header);
  EXPECT_TRUE(release_profile("2.48")->retry_attempt_header);
  EXPECT_EQ(release_profile("2.55")->calibration, "prometheus-2.42");
  EXPECT_EQ(release_profile("3.0")->calibration, "prometheus-3.5");
  EXPECT_EQ(release_profile("2.43")->capacity, 2500);
  EXPECT_EQ(release_profile("2.44")->capacity, 10'000);
  EXPECT_FALSE(release_profile("2.49")->limits_sample_age);
  EXPECT_TRUE(release_profile("2.50")->limits_sample_age);
  EXPECT_FALSE(release_profile("2.53")->initialises_highest_timestamps);
  EXPECT_TRUE(release_profile("2.54")->initialises_highest_timestamps);
  EXPECT_FALSE(release_profile("2.53")->counts_samples_without_metadata);
  EXPECT_TRUE(release_profile("2.54")->counts_samples_without_metadata);
  EXPECT_FALSE(release_profile("3.3")->sends_empty_bodies);
  EXPECT_TRUE(release_profile("3.4")->sends_empty_bodies);
  EXPECT_FALSE(release_profile("3.6")->shows_highest_queued);
  EXPECT_TRUE(release_profile("3.7")->shows_highest_queued);
  EXPECT_FALSE(release_profile("2.43")->packs_labels);
  EXPECT_TRUE(release_profile("2.44")->packs_labels);
  EXPECT_FALSE(release_profile("3.4")->wide_label_sizes);
  EXPECT_TRUE(release_profile("3.5")->wide_label_sizes);
  EXPECT_FALSE(release_profile("2.50")->retries_disable_resharding);
  EXPECT_TRUE(release_profile("2.51")->retries_disable_resharding);
  EXPECT_FALSE(release_profile("2.54")->fixed_reshard_threshold);
  EXPECT_TRUE(release_profile("2.55")->fixed_reshard_threshold);
  EXPECT_TRUE(release_profile("3.14")->limits_request_size) << "3.14 is after 3.8, not before 3.2";
}

TEST(ReleaseProfile, ConfigurationHasItsReleases) {
  EXPECT_FALSE(release_profile("3.11")->checks_queue_config);
  EXPECT_TRUE(release_profile("3.12")->checks_queue_config);
  EXPECT_FALSE(release_profile("2.55")->writes_without_http2);
  EXPECT_TRUE(release_profile("3.0")->writes_without_http2);
  EXPECT_FALSE(release_profile("2.44")->http_client.inline_certificates);
  EXPECT_TRUE(release_profile("2.45")->http_client.inline_certificates);
  EXPECT_FALSE(release_profile("2.48")->http_client.username_file);
  EXPECT_TRUE(release_profile("2.48")->http_client.trims_password);
  EXPECT_TRUE(release_profile("2.49")->http_client.username_file);
  EXPECT_FALSE(release_profile("2.49")->http_client.trims_password);
  EXPECT_FALSE(release_profile("2.49")->http_client.sends_empty_credentials);
  EXPECT_TRUE(release_profile("2.50")->http_client.sends_empty_credentials);
  EXPECT_FALSE(release_profile("2.52")->http_client.knows_references);
  EXPECT_TRUE(release_profile("2.53")->http_client.knows_references);
}

TEST(ReleaseProfile, RelabellingHasItsReleases) {
  EXPECT_FALSE(release_profile("2.49")->relabel.removes_expanded_target);
  EXPECT_TRUE(release_profile("2.50")->relabel.removes_expanded_target);
  EXPECT_FALSE(release_profile("2.50")->relabel.regex.short_group_names);
  EXPECT_TRUE(release_profile("2.51")->relabel.regex.short_group_names);
  EXPECT_EQ(release_profile("2.55")->relabel.names, wire::NameScheme::kLegacy);
  EXPECT_EQ(release_profile("3.0")->relabel.names, wire::NameScheme::kUtf8);
  EXPECT_FALSE(release_profile("2.55")->relabel.regex.dot_matches_newline);
  EXPECT_TRUE(release_profile("3.0")->relabel.regex.dot_matches_newline);
  EXPECT_FALSE(release_profile("3.1")->relabel.free_templates);
  EXPECT_TRUE(release_profile("3.2")->relabel.free_templates);
}

TEST(ReleaseProfile, FeaturesMeanWhatTheyMeanInTheRelease) {
  const auto with = [](const char* release, const char* names) {
    ReleaseProfile profile = release_profile(release).value();
    const Result<std::vector<std::string>> idle = enable_features(profile, names);
    EXPECT_TRUE(idle.ok()) << names;
    return std::pair(profile, idle.ok() ? *idle : std::vector<std::string>());
  };
  const auto [old, none] = with("2.42", "native-histograms,exemplar-storage");
  EXPECT_TRUE(old.stores_native_histograms && old.scrapes_native_histograms);
  EXPECT_TRUE(old.stores_exemplars);
  EXPECT_TRUE(none.empty());
  EXPECT_FALSE(release_profile("3.14")->stores_exemplars) << "never without the flag";

  EXPECT_TRUE(release_profile("3.8")->stores_native_histograms);
  EXPECT_FALSE(release_profile("3.8")->scrapes_native_histograms);
  EXPECT_TRUE(with("3.8", "native-histograms").first.scrapes_native_histograms);
  const auto [newer, idle] = with("3.9", "native-histograms,,promql-experimental-functions");
  EXPECT_FALSE(newer.scrapes_native_histograms) << "a configuration's to say since 3.9";
  EXPECT_EQ(idle, (std::vector<std::string>{"native-histograms", "promql-experimental-functions"}));

  ReleaseProfile profile = release_profile("3.5").value();
  EXPECT_FALSE(enable_features(profile, "exemplar-storage,st-storage").ok());
}

TEST(ReleaseProfile, KeepsACompleteVersionAndCompletesAShortOne) {
  EXPECT_EQ(release_profile("2.42.0+ds")->version, "2.42.0+ds");
  EXPECT_EQ(release_profile("3.5")->version, "3.5.0");
}

TEST(ReleaseProfile, RefusesWhatItDoesNotKnow) {
  for (const char* bad : {"", "3", "3.", "v3.5", "3.x", "3.5rc", "2.41", "3.15", "4.0", "-3.5"}) {
    EXPECT_FALSE(release_profile(bad)) << bad;
  }
}

}  // namespace
}  // namespace pushpull
