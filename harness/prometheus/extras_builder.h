// Gathers the native histograms and exemplars of one commit, and makes records of them.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "harness/workload/record.h"

namespace pushpull {

class ExtrasBuilder {
 public:
  // The layouts of the commit before, which serve again where the series are the same.
  struct Layouts {
    std::shared_ptr<const Layout> histograms;
    std::shared_ptr<const Layout> exemplars;
  };

  void add(uint64_t ref, NativeHistogram histogram) {
    histogram_refs_.push_back(ref);
    histograms_.push_back(std::move(histogram));
  }
  void add(uint64_t ref, Exemplar exemplar) {
    exemplar_refs_.push_back(ref);
    exemplars_.push_back(std::move(exemplar));
  }

  struct Slices {
    Slice histograms;  // count 0: none
    Slice exemplars;
  };
  // `record`: what the records have in common. Once.
  Slices build(const Record& record, Layouts& layouts);
  Slices build(const Record& record) {
    Layouts none;
    return build(record, none);
  }

 private:
  std::vector<uint64_t> histogram_refs_;
  std::vector<NativeHistogram> histograms_;
  std::vector<uint64_t> exemplar_refs_;
  std::vector<Exemplar> exemplars_;
};

}  // namespace pushpull
