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

SizeModel measure_size_model(int64_t max_samples,
                             const std::function<int64_t(int64_t samples, int draw)>& encode) {
  CHECK(max_samples >= 2);
  constexpr int kDraws = 4;
  std::vector<SizedBody> fitted;
  std::vector<SizedBody> held_out;
  const auto measure = [&encode](std::vector<SizedBody>& bodies, int64_t samples) {
    for (int draw = 0; draw < kDraws; ++draw) bodies.push_back({samples, encode(samples, draw)});
  };
  for (int64_t samples = 1; samples < max_samples; samples *= 2) {
    measure(fitted, samples);
    const int64_t between = samples + samples / 2;
    if (between > samples && between < max_samples) measure(held_out, between);
  }
  measure(fitted, max_samples);
  return SizeModel::fit(fitted, held_out);
}

}  // namespace pushpull::wire
