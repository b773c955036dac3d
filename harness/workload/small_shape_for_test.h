// A shape that a test can count by hand.
#pragma once

#include <memory>
#include <utility>

#include "harness/workload/blueprint.h"

namespace pushpull {

// info: 1 series, cpu: 2 × 3, pods: 2, latency: 2 histograms of 14. 37 in all.
inline Shape small_shape() {
  Blueprint plan;
  plan.target_labels.names = {"job", "instance"};
  plan.target_labels.values = {{"bench"}, add_slot(plan, SlotKind::kInstance, ":1", 0)};
  plan.families = {
      family("info", "Help.", constant(1), {fixed_labels({{"zone", "z"}, {"said", "\"no\"\n"}})}),
      family("cpu_total", "Help.", counter(5, 9),
             {numbered_axis("cpu", "", 2), axis("mode", {"idle", "user", "nice"})}),
  };
  Axis pods;
  pods.names = {"pod", "uid"};
  for (uint32_t p = 0; p < 2; ++p) {
    pods.values.push_back(add_slot(plan, SlotKind::kPod, "cart", p));
    pods.values.push_back(add_slot(plan, SlotKind::kUid, "", p));
  }
  plan.families.push_back(
      family("pods", "Help.", first_of(2), {std::make_shared<const Axis>(std::move(pods))}));
  plan.families.push_back(
      family("latency_seconds", "Help.", histogram(10, 20), {axis("route", {"/a", "/b"})}));
  return Shape(std::move(plan));
}

}  // namespace pushpull
