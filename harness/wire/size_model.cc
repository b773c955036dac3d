#include "harness/wire/size_model.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/base/check.h"

namespace pushpull::wire {

SizeModel SizeModel::fit(std::span<const SizedBody> fitted, std::span<const SizedBody> held_out) {
  struct Sum {
    int64_t bodies = 0;
    int64_t bytes = 0;
  };
  std::map<int64_t, Sum> sums;
  for (const SizedBody& body : fitted) {
    CHECK(body.samples >= 0);
    ++sums[body.samples].bodies;
    sums[body.samples].bytes += body.bytes;
  }
  CHECK(sums.size() >= 2) << "a size model needs two different sample counts";

  SizeModel model;
  for (const auto& [samples, sum] : sums) {
    model.points_.push_back({static_cast<double>(samples),
                             static_cast<double>(sum.bytes) / static_cast<double>(sum.bodies)});
  }
  int64_t predicted = 0;
  int64_t real = 0;
  for (const SizedBody& body : held_out) {
    predicted += model.predict(body.samples);
    real += body.bytes;
  }
  if (real > 0) {
    model.total_relative_error_ =
        static_cast<double>(std::abs(predicted - real)) / static_cast<double>(real);
  }
  return model;
}

int64_t SizeModel::predict(int64_t samples) const {
  const auto x = static_cast<double>(samples);
  // The line whose right end is the first point at or beyond x; the first and last lines go on.
  const auto beyond = std::ranges::lower_bound(points_, x, {}, &Point::samples);
  const auto right = std::clamp(beyond, points_.begin() + 1, points_.end() - 1);
  const Point& a = *(right - 1);
  const Point& b = *right;
  const double bytes = a.bytes + (b.bytes - a.bytes) * (x - a.samples) / (b.samples - a.samples);
  return std::max<int64_t>(0, std::llround(bytes));
}

namespace {

// So many samples tell the mean size of the bodies of one count …
constexpr int64_t kFittedSamples = 131'072;
// … and so many how far from it others are.
constexpr int64_t kHeldOutSamples = 32'768;

// Bodies of `samples` samples, an even number of them, so that both halves of the workload count.
// `into`: where each begins in its part of the workload.
std::vector<SizedBody> spread_bodies(
    int64_t samples, int64_t budget, double into,
    const std::function<int64_t(int64_t samples, double place)>& encode) {
  const int64_t count = std::clamp<int64_t>(budget / samples / 2 * 2, 4, 256);
  std::vector<SizedBody> bodies;
  for (int64_t i = 0; i < count; ++i) {
    const double place = (static_cast<double>(i) + into) / static_cast<double>(count);
    bodies.push_back({samples, encode(samples, place)});
  }
  return bodies;
}

}  // namespace

SizeModel measure_size_model(int64_t max_samples,
                             const std::function<int64_t(int64_t samples, double place)>& encode) {
  CHECK(max_samples >= 2);
  std::vector<SizedBody> fitted;
  std::vector<SizedBody> held_out;
  const auto fit = [&](int64_t samples) {
    const auto bodies = spread_bodies(samples, kFittedSamples, 0.25, encode);
    fitted.insert(fitted.end(), bodies.begin(), bodies.end());
  };
  const auto hold_out = [&](int64_t samples) {
    const auto bodies = spread_bodies(samples, kHeldOutSamples, 0.75, encode);
    held_out.insert(held_out.end(), bodies.begin(), bodies.end());
  };
  for (int64_t samples = 1; samples < max_samples; samples *= 2) {
    fit(samples);
    const int64_t between = samples + samples / 2;
    if (between > samples && between < max_samples) hold_out(between);
  }
  fit(max_samples);
  hold_out(max_samples);
  return SizeModel::fit(fitted, held_out);
}

}  // namespace pushpull::wire
