#include "harness/scenario/scenario.h"

#include <algorithm>
#include <cmath>

#include "harness/base/check.h"
#include "harness/base/units.h"
#include "harness/scenario/leaf_labels.h"
#include "harness/scenario/name.h"
#include "harness/yaml/suggest.h"

namespace pushpull {
namespace {

constexpr const char* kNotYet = "not evaluated yet: refused rather than ignored";
constexpr int64_t kMillisecond = 1'000'000;

template <class T>
const T* find(const std::vector<std::pair<std::string, T>>& map, std::string_view name) {
  const auto found =
      std::find_if(map.begin(), map.end(), [&](const auto& entry) { return entry.first == name; });
  return found == map.end() ? nullptr : &found->second;
}

template <class T>
std::string suggest_among(std::string_view name,
                          const std::vector<std::pair<std::string, T>>& map) {
  std::vector<std::string> names;
  names.reserve(map.size());
  for (const auto& entry : map) names.push_back(entry.first);
  return yaml::suggest(name, names);
}

// Fills in the link where it is not named, and the built-in one where it is meant.
void resolve_link(yaml::Fields& f, Scenario& s) {
  for (const auto& entry : s.links) check_name(f, "links." + entry.first, entry.first);
  if (s.link.empty() && s.links.size() > 1) {
    f.error("links", "several links: name the one in use with 'link: " + s.links[0].first + "'");
    return;
  }
  if (s.link.empty()) s.link = s.links.empty() ? std::string(kLoopbackLink) : s.links[0].first;
  if (find(s.links, s.link) != nullptr) return;
  if (s.link == kLoopbackLink) {
    s.links.emplace_back(s.link, LinkSpec{});
  } else {
    f.error("link", "no link '" + s.link + "' in links" + suggest_among(s.link, s.links));
  }
}

void resolve_variants(yaml::Fields& f, Scenario& s) {
  for (const auto& entry : s.variants) check_name(f, "variants." + entry.first, entry.first);
  if (s.variants.empty()) {
    if (f.has("variants")) f.error("variants", "at least one is needed");
    return;
  }
  if (s.baseline.empty()) s.baseline = s.variants[0].first;
  if (find(s.variants, s.baseline) == nullptr) {
    f.error("baseline", "no variant '" + s.baseline + "'" + suggest_among(s.baseline, s.variants));
  }
}

// Rates and lags are only steady once every target was scraped, and fetched, twice.
void check_warmup(yaml::Fields& f, const Scenario& s) {
  Duration longest = s.workload.scrape_interval;
  for (const auto& [name, variant] : s.variants) {
    if (variant.federate) longest = std::max(longest, variant.federate->config.scrape_interval);
  }
  if (s.phases.warmup / 2 < longest) {
    f.error("phases.warmup",
            "shorter than two intervals of the slowest scrape (" + format_duration(longest) + ")");
  }
}

// A real server looks for its targets 5 s after its start, and a real 3.x sends its first samples
// at about 7 s.
void check_real_warmup(yaml::Fields& f, const Scenario& s) {
  Duration longest =
      s.systems.leaf == SystemKind::kPrometheus ? s.workload.scrape_interval : Duration();
  for (const auto& [name, variant] : s.variants) {
    if (variant.federate && s.systems.central == SystemKind::kPrometheus)
      longest = std::max(longest, variant.federate->config.scrape_interval);
  }
  if (longest == Duration()) return;
  const Duration least = std::max(Duration::seconds(8), Duration::seconds(5) + longest);
  if (s.phases.warmup < least) {
    f.error("phases.warmup", "shorter than " + format_duration(least) +
                                 ", which a real prometheus needs until it scrapes and sends");
  }
}

void check_engine(yaml::Fields& f, const Scenario& s) {
  if (s.engine == Engine::kVirtual) {
    for (const auto& [key, kind] : {std::pair("systems.leaf", s.systems.leaf),
                                    std::pair("systems.central", s.systems.central)}) {
      if (kind == SystemKind::kMock) continue;
      f.error(key, "a real " + std::string(system_name(kind)) + " needs 'engine: loopback'");
    }
  }
  if (s.engine == Engine::kVirtual && s.repetitions != 1) {
    f.error("repetitions", "virtual runs of one seed are identical: keep 1");
  }
}

// Which series a fetch selects must not depend on their generation: the account of what a variant
// never selects is kept by position.
void check_selectors(yaml::Fields& f, const Scenario& s) {
  if (s.workload.churn.percent <= 0) return;
  for (const auto& [name, variant] : s.variants) {
    if (!variant.federate) continue;
    for (const auto& [param, values] : variant.federate->config.params) {
      const bool chooses = std::ranges::any_of(values, [](const std::string& v) {
        return v.find(kGenerationLabel) != std::string::npos;
      });
      if (chooses) {
        f.error("variants." + name + ".federate.params",
                "selects by " + std::string(kGenerationLabel) +
                    ", which churn changes: select by other labels");
      }
    }
  }
}

// Series that relabelling makes one, or nameless, could not be accounted for.
void check_relabelling(yaml::Fields& f, const Scenario& s) {
  for (const auto& [name, variant] : s.variants) {
    if (!variant.remote_write || variant.remote_write->config.write_relabel_configs.empty())
      continue;
    const Result<Workload> workload = Workload::make(s.workload_spec());
    if (!workload) return;
    const Status told_apart =
        check_sent_series(*workload, sent_labels(variant, workload->leaves()));
    if (told_apart) continue;
    f.error("variants." + name + ".remote_write.write_relabel_configs", told_apart.error().message);
  }
}

// What takes more than one part of the file to fill in or to judge.
void resolve(yaml::Fields& f, Scenario& s) {
  if (f.has("name")) check_name(f, "name", s.name);
  if (s.calibration.empty()) s.calibration = release_profile(s.systems.behaves_like)->calibration;
  resolve_link(f, s);
  resolve_variants(f, s);
  check_warmup(f, s);
  check_selectors(f, s);
  if (!f.failed()) check_relabelling(f, s);
  check_real_warmup(f, s);
  check_timeline(f, s.timeline, s.phases.measure);
  check_systems(f, s.systems, s.variants, s.timeline);
  check_engine(f, s);
}

}  // namespace

void bind(yaml::Fields& f, LinkSpec& l) {
  f.duration("rtt", l.rtt, {.doc = "round trip of a small packet"});
  f.bandwidth("bandwidth", l.bandwidth, {.doc = "each way; unlimited where not given", .min = 0});
  f.duration("jitter", l.jitter, {.doc = "each way: up to this much more, by chance", .min = 0});
  f.percent("loss", l.loss, {.doc = "each way: share of segments"});
  if (l.loss > LinkSpec::kMostLoss) {
    f.error("loss", "more than 50%: no TCP gets on with it");
  }
}

void bind(yaml::Fields& f, ScenarioChurn& c) {
  f.number("percent", c.percent,
           {.doc = "share of the series replaced each time, in percent", .min = 0, .max = 100});
  f.duration("every", c.every, {.doc = "from one time to the next", .min = kMillisecond});
  if (c.percent > 0 && c.percent < ScenarioChurn::kLeastPercent) {
    f.error("percent", "below the least share of 0.0001 percent");
  }
}

void bind(yaml::Fields& f, ScenarioWorkload& w) {
  f.count("leaves", w.leaves, {.doc = "Prometheus servers that scrape", .min = 1, .max = 1000});
  f.count("targets", w.targets, {.doc = "targets per leaf", .min = 1, .max = 1'000'000});
  f.count("series", w.series, {.doc = "series per leaf", .min = 1, .max = 1'000'000'000});
  bind_interval_and_timeout(f, w.scrape_interval, w.scrape_timeout);
  f.string("labels", w.labels,
           {.doc = "profile of label sets",
            .choices = {"kubernetes"},
            .otherwise = "other label sets are not evaluated yet"});
  f.object("churn", w.churn, {.doc = "series that end, and others that begin"});
  for (const char* key : {"types", "values"}) f.unsupported(key, kNotYet);
  if (w.churn.percent > 0 && w.churn.every % w.scrape_interval != Duration()) {
    f.error("churn.every", "not a whole number of scrape intervals (" +
                               format_duration(w.scrape_interval) +
                               "): series change from one scrape to the next");
  }
  if (w.series < w.targets) {
    f.error("series", "fewer than targets (" + format_count(w.targets) + "): each needs one");
  }
}

void bind(yaml::Fields& f, Phases& p) {
  f.duration("warmup", p.warmup, {.doc = "runs first, not counted", .min = kMillisecond});
  f.duration("measure", p.measure, {.doc = "what is counted", .min = kMillisecond});
  f.duration("drain", p.drain, {.doc = "time for the rest to arrive", .min = kMillisecond});
}

void bind(yaml::Fields& f, Scenario& s) {
  f.integer("version", s.version,
            {.doc = "of this format", .min = s.kVersion, .max = s.kVersion, .required = true});
  f.string("name", s.name, {.doc = "of the scenario", .required = true});
  f.string("description", s.description, {.doc = "its purpose in a sentence"});
  f.choice("engine", s.engine, {{"virtual", Engine::kVirtual}, {"loopback", Engine::kLoopback}},
           {.doc = "simulated time, or real sockets"});
  f.integer("seed", s.seed, {.doc = "of everything random", .min = 0});
  f.object("workload", s.workload, {.doc = "what exists", .required = true});
  f.map("links", s.links, {.doc = "networks between leaf and central"});
  f.string("link", s.link, {.doc = "the one in use"});
  f.object("systems", s.systems, {.doc = "who plays leaf and central"});
  f.string("calibration", s.calibration, {.doc = "costs charged in virtual time"});
  f.map("variants", s.variants, {.doc = "ways of shipping to compare", .required = true},
        variant_defaults(s.systems, s.workload.scrape_interval));
  f.string("baseline", s.baseline, {.doc = "the variant others are compared with"});
  f.object("phases", s.phases, {.doc = "how long"});
  f.list("timeline", s.timeline, {.doc = "what goes wrong"});
  f.count("repetitions", s.repetitions, {.doc = "loopback runs per variant", .min = 1, .max = 100});
  for (const char* key : {"slo", "gate", "search", "report"}) f.unsupported(key, kNotYet);
  // Taken out of the document before: matrix.h, load.h.
  f.elsewhere("matrix");
  f.elsewhere("profiles");
  if (f.parsing()) resolve(f, s);
}

const LinkSpec& Scenario::link_spec() const {
  const LinkSpec* spec = find(links, link);
  CHECK(spec != nullptr) << link;
  return *spec;
}

WorkloadSpec Scenario::workload_spec() const {
  WorkloadSpec spec;
  spec.leaves = static_cast<uint32_t>(workload.leaves);
  spec.targets = static_cast<uint32_t>(workload.targets);
  spec.series = static_cast<uint64_t>(workload.series);
  spec.seed = static_cast<uint64_t>(seed);
  spec.labels = workload.labels;
  if (workload.churn.percent > 0) {
    spec.churn.per_million =
        static_cast<uint32_t>(std::lround(workload.churn.percent * (ChurnSpec::kAll / 100)));
    spec.churn.scrapes = static_cast<uint32_t>(workload.churn.every / workload.scrape_interval);
  }
  return spec;
}

int64_t Scenario::expected_samples() const {
  const int64_t scrapes = (phases.warmup + phases.measure) / workload.scrape_interval + 1;
  const double samples =
      static_cast<double>(workload.leaves * workload.series) * static_cast<double>(scrapes);
  return static_cast<int64_t>(std::min(samples, 1e18));  // exact as far as it can be run
}

}  // namespace pushpull
