#include "harness/remote_write/release_profile.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

namespace pushpull {
namespace {

struct Release {
  int major = 0;
  int minor = 0;
};

bool operator<(const Release& a, const Release& b) {
  return a.major != b.major ? a.major < b.major : a.minor < b.minor;
}

constexpr Release kOldest = {2, 42};
constexpr Release kNewest = {3, 14};
constexpr Release kInlineCertificates = {2, 45};
constexpr Release kUsernameFile = {2, 49};  // and inline passwords are no longer trimmed
constexpr Release kEmptyCredentials = {2, 50};
constexpr Release kSecretReferences = {2, 53};
constexpr Release kTemplatesForReplaceOnly = {2, 50};
constexpr Release kGo122 = {2, 51};
constexpr Release kUtf8 = {3, 0};
constexpr Release kFreeTemplates = {3, 2};

struct Rule {
  bool ReleaseProfile::*flag;
  Release since;
};

constexpr Rule kRules[] = {
    {&ReleaseProfile::names_tls_versions, {2, 43}},
    {&ReleaseProfile::packs_labels, {2, 44}},
    {&ReleaseProfile::reads_on_notification, {2, 45}},
    {&ReleaseProfile::names_azuread, {2, 45}},
    {&ReleaseProfile::skips_invalid_series, {2, 46}},
    {&ReleaseProfile::retry_attempt_header, {2, 48}},
    {&ReleaseProfile::retry_after_on_5xx, {2, 48}},
    {&ReleaseProfile::exemplars_share_timestamps, {2, 49}},
    {&ReleaseProfile::exact_histogram_counts, {2, 49}},
    {&ReleaseProfile::weighs_scrape_protocols, {2, 49}},
    {&ReleaseProfile::drop_reasons, {2, 50}},
    {&ReleaseProfile::limits_sample_age, {2, 50}},
    {&ReleaseProfile::retries_disable_resharding, {2, 51}},
    {&ReleaseProfile::checks_media_type, {2, 54}},
    {&ReleaseProfile::refuses_far_future, {2, 54}},
    {&ReleaseProfile::initialises_highest_timestamps, {2, 54}},
    {&ReleaseProfile::counts_samples_without_metadata, {2, 54}},
    {&ReleaseProfile::omits_default_regex, {2, 54}},
    {&ReleaseProfile::lists_authentication, {2, 55}},
    {&ReleaseProfile::skips_repeated_names, {2, 55}},
    {&ReleaseProfile::fixed_reshard_threshold, {2, 55}},
    {&ReleaseProfile::utf8_names, kUtf8},
    {&ReleaseProfile::strict_content_type, {3, 0}},
    {&ReleaseProfile::writes_without_http2, {3, 0}},
    {&ReleaseProfile::names_escaping, {3, 0}},
    {&ReleaseProfile::normalises_bounds, {3, 0}},
    {&ReleaseProfile::sends_empty_bodies, {3, 4}},
    {&ReleaseProfile::wide_label_sizes, {3, 5}},
    {&ReleaseProfile::limits_decoded_size, {3, 5}},
    {&ReleaseProfile::omits_empty_username, {3, 5}},
    {&ReleaseProfile::shows_highest_queued, {3, 7}},
    {&ReleaseProfile::known_histogram_schemas, {3, 7}},
    {&ReleaseProfile::refuses_invalid_histograms, {3, 7}},
    {&ReleaseProfile::drops_custom_buckets_in_v1, {3, 7}},
    {&ReleaseProfile::has_scrape_native_histograms, {3, 8}},
    {&ReleaseProfile::limits_request_size, {3, 8}},
    {&ReleaseProfile::judges_encoding_first, {3, 8}},
    {&ReleaseProfile::stores_native_histograms, {3, 8}},
    {&ReleaseProfile::refuses_empty_series, {3, 8}},
    {&ReleaseProfile::checks_queue_config, {3, 12}},
};
constexpr Release kLargeBatches = {2, 44};
// From here on --enable-feature=native-histograms does nothing.
constexpr Release kNativeHistogramsByConfig = {3, 9};
constexpr Release kFasterGzip = {2, 51};

// The number at the start of `text`, which is moved behind it.
std::optional<int> take_number(std::string_view& text) {
  int value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

// "major.minor", alone or followed by a patch level.
std::optional<Release> parse_release(std::string_view text) {
  const std::optional<int> major = take_number(text);
  if (!major || !text.starts_with('.')) return std::nullopt;
  text.remove_prefix(1);
  const std::optional<int> minor = take_number(text);
  if (!minor || !(text.empty() || text.starts_with('.'))) return std::nullopt;
  return Release{*major, *minor};
}

RelabelDialect relabel_dialect(const Release& release) {
  RelabelDialect dialect;
  dialect.names = release < kUtf8 ? wire::NameScheme::kLegacy : wire::NameScheme::kUtf8;
  dialect.free_templates = !(release < kFreeTemplates);
  dialect.removes_expanded_target = !(release < kTemplatesForReplaceOnly);
  dialect.regex.dot_matches_newline = !(release < kUtf8);
  dialect.regex.short_group_names = !(release < kGo122);
  return dialect;
}

HttpClientDialect http_client_dialect(const Release& release) {
  HttpClientDialect dialect;
  dialect.inline_certificates = !(release < kInlineCertificates);
  dialect.username_file = !(release < kUsernameFile);
  dialect.trims_password = release < kUsernameFile;
  dialect.sends_empty_credentials = !(release < kEmptyCredentials);
  dialect.knows_references = !(release < kSecretReferences);
  return dialect;
}

// Feature flags that change what is stored or sent, in ways that are not built.
constexpr std::string_view kUnbuiltFeatures[] = {"agent",
                                                 "created-timestamp-zero-ingestion",
                                                 "extra-scrape-metrics",
                                                 "st-storage",
                                                 "st-synthesis",
                                                 "type-and-unit-labels",
                                                 "utf8-names"};

}  // namespace

Result<std::vector<std::string>> enable_features(ReleaseProfile& profile, std::string_view names) {
  const Release release = parse_release(profile.version).value();
  std::vector<std::string> without_effect;
  while (!names.empty()) {
    const size_t comma = std::min(names.find(','), names.size());
    const std::string_view name = names.substr(0, comma);
    names.remove_prefix(std::min(comma + 1, names.size()));
    if (std::ranges::find(kUnbuiltFeatures, name) != std::end(kUnbuiltFeatures)) {
      return Error{"'" + std::string(name) + "' is not implemented, and changes what is shipped"};
    }
    if (name == "exemplar-storage") {
      profile.stores_exemplars = true;
    } else if (name == "native-histograms" && release < kNativeHistogramsByConfig) {
      profile.stores_native_histograms = true;
      profile.scrapes_native_histograms = true;
    } else if (!name.empty()) {
      without_effect.emplace_back(name);
    }
  }
  return without_effect;
}

Result<ReleaseProfile> release_profile(std::string_view version) {
  const std::string text(version);
  const std::optional<Release> release = parse_release(version);
  if (!release) return Error{"'" + text + "' is not a Prometheus release (for example 3.5)"};
  if (*release < kOldest || kNewest < *release) {
    return Error{"Prometheus " + text + " is not described here: use 2.42 to 3.14"};
  }
  ReleaseProfile profile;
  const std::string short_form =
      std::to_string(release->major) + "." + std::to_string(release->minor);
  profile.version = text == short_form ? text + ".0" : text;
  if (!(*release < kUtf8)) profile.calibration = "prometheus-3.5";
  if (!(*release < kLargeBatches)) {
    profile.capacity = 10'000;
    profile.max_shards = 50;
    profile.max_samples_per_send = 2000;
  }
  if (!(*release < kFasterGzip)) profile.gzip_level = wire::kGzipLevel;
  profile.relabel = relabel_dialect(*release);
  profile.http_client = http_client_dialect(*release);
  for (const Rule& rule : kRules) profile.*rule.flag = !(*release < rule.since);
  return profile;
}

}  // namespace pushpull
