// What a scraper over real bytes remembers of one target: which series text is which series, so
// that a scrape with the same series as the last costs no label work; and which series must end
// with a stale marker; and what is said of its families. Loop thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "harness/base/result.h"
#include "harness/scrape/metadata_cache.h"
#include "harness/wire/text.h"
#include "harness/workload/labels.h"
#include "harness/workload/layout.h"

namespace pushpull {

class ScrapeCache {
 public:
  // The server's series ref of a stored label set, created if new.
  using RefOf = std::function<uint64_t(const Labels&)>;

  ScrapeCache(Labels target_labels, bool honor_labels, RefOf ref_of);

  // For the next parse; null before the first success. Any thread may read it.
  std::shared_ptr<const wire::TextPredictor> predictor() const { return predictor_; }

  struct Resolved {
    std::shared_ptr<const Layout> layout;  // position i is line i of the exposition
    size_t series_added = 0;               // texts not in the last scrape
  };
  // Error: a series that Prometheus refuses (no name, repeated label); the whole scrape fails then.
  Result<Resolved> resolve(const wire::ParsedText& parsed);

  // After resolve(): the series of the last successful scrape that carried no timestamp and are not
  // in this one. Forgets them. `honor_timestamps` false makes every series one without timestamp.
  std::vector<uint64_t> take_vanished(const wire::ParsedText& parsed, const Layout& layout,
                                      bool honor_timestamps);
  const std::vector<wire::FamilyMetadata>& metadata() const { return metadata_.families(); }
  // After a failed scrape: all of them.
  std::vector<uint64_t> take_all();

 private:
  Result<uint64_t> ref_of_series(std::string_view series, bool encoded);

  MetadataCache metadata_;
  Labels target_labels_;
  bool honor_labels_;
  RefOf ref_of_;
  std::shared_ptr<const wire::TextPredictor> predictor_;
  std::shared_ptr<const Layout> layout_;
  std::unordered_map<std::string, uint64_t> refs_;  // by series text
  std::unordered_set<uint64_t> tracked_;
  const Layout* tracked_layout_ =
      nullptr;  // tracked_ is exactly the refs of this layout, which is layout_
};

}  // namespace pushpull
