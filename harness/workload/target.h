// One synthetic target: what a process behind one scrape path exposes. Everything is a pure
// function of (seed, target, position, ordinal): no state per series, any thread, and the receiving
// side computes the same. A series is a position and its generation; without churn all series are
// of generation 0.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/workload/churn.h"
#include "harness/workload/labels.h"
#include "harness/workload/slot.h"

namespace pushpull {

class Shape;

// Immutable; any thread.
class Target {
 public:
  // `seed` is the workload's; `id` is unique in the workload. `shape` is shared between the targets
  // of one kind and size, and made for churn if there is any.
  Target(uint64_t seed, uint32_t id, std::shared_ptr<const Shape> shape,
         const ChurnSpec& churn = {});

  uint32_t id() const { return id_; }
  uint32_t size() const;
  const Shape& shape() const { return *shape_; }
  // What the target's texts and values are drawn from: a hash of the workload's seed and the id.
  uint64_t seed() const { return seed_; }

  // The scrape path on its role's port: /t/<id>/metrics.
  std::string path() const;
  // What the scraper attaches: job, instance, namespace, pod, node … as service discovery would.
  const Labels& target_labels() const { return target_labels_; }

  bool churns() const { return churn_.any(); }
  // Which series scrape `ordinal` has: of each position one generation.
  Generations generations(uint64_t ordinal) const;

  // Labels of the series as exposed (without target labels). Slow path. Requires: position <
  // size().
  Labels labels(uint32_t position, uint64_t generation = 0) const;
  // Labels of the series as a leaf stores them: with the target labels, honor_labels false. Slow
  // path. Requires: position < size().
  Labels stored_labels(uint32_t position, uint64_t generation = 0) const;

  // The value of scrape `ordinal`, of the generation it has: whole numbers or few decimals, so that
  // both wire formats carry it exactly.
  double value(uint32_t position, uint64_t ordinal) const;
  // Those of some series; quick where positions ascend or stay near each other. Requires:
  // out.size() == positions.size().
  void values(uint64_t ordinal, std::span<const uint32_t> positions, std::span<double> out) const;
  // All values of one scrape, by position.
  void values(uint64_t ordinal, std::vector<double>& out) const;

  // Appends the exposition body (text 0.0.4 with HELP and TYPE) of scrape `ordinal`.
  void expose(uint64_t ordinal, std::string& out) const;

 private:
  uint64_t seed_;
  uint32_t id_;
  std::shared_ptr<const Shape> shape_;
  Churn churn_;
  SlotTexts slots_;
  Labels target_labels_;
};

}  // namespace pushpull
