// The mock: this very binary as `pushpull prometheus`.
#pragma once

#include "harness/systems/system.h"

namespace pushpull {

class MockSystem : public System {
 public:
  static Result<std::unique_ptr<System>> make(const std::string& behaves_like,
                                              const std::string& pushpull);

  std::vector<std::string> argv(const ServerLaunch& launch) const override;
  // Those of leaves too, whatever they read themselves.
  std::vector<ServerFile> files(const ServerLaunch& launch) const override;
  std::string name() const override { return "mock " + behaves_like_; }
  const ReleaseProfile* profile() const override { return &profile_; }
  bool journals() const override { return true; }

 private:
  MockSystem(std::string behaves_like, ReleaseProfile profile, std::string pushpull)
      : behaves_like_(std::move(behaves_like)),
        profile_(std::move(profile)),
        pushpull_(std::move(pushpull)) {}

  std::string behaves_like_;
  ReleaseProfile profile_;
  std::string pushpull_;
};

// The flags that describe a workload to a role of this binary.
std::vector<std::string> workload_flags(const WorkloadSpec& workload);

}  // namespace pushpull
