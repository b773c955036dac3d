// What roles write down: one struct per kind of entry, and its bytes. README.md of this folder
// describes the file. A field added, removed or reordered makes a new journal version.
//
// Scrapes are named by (target, timestamp): a leaf does not know ordinals. Received samples are
// named by (target, ordinal): a central has read the target's journal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

#include "harness/base/time.h"
#include "harness/measure/account.h"
#include "harness/measure/observer.h"
#include "harness/measure/position_run.h"

namespace pushpull::journal {

// Each entry lists its fields once, in the order of its bytes; `self` is the entry, const or not.

struct RoleStarted {
  std::string role;
  Instant at;
  static constexpr uint8_t kType = 1;
  static auto fields(auto& self) { return std::tie(self.role, self.at); }
  bool operator==(const RoleStarted&) const = default;
};

// Not there where the role was killed.
struct RoleStopped {
  Instant at;
  static constexpr uint8_t kType = 2;
  static auto fields(auto& self) { return std::tie(self.at); }
  bool operator==(const RoleStopped&) const = default;
};

// Target: written before the answer leaves.
struct Answered {
  uint32_t target = 0;
  uint64_t ordinal = 0;
  Instant arrival;
  static constexpr uint8_t kType = 3;
  static auto fields(auto& self) { return std::tie(self.target, self.ordinal, self.arrival); }
  bool operator==(const Answered&) const = default;
};

// Leaf.
struct Scraped {
  uint32_t target = 0;
  int64_t timestamp_ms = 0;
  uint32_t size = 0;
  Instant intended;
  Instant committed;
  static constexpr uint8_t kType = 4;
  static auto fields(auto& self) {
    return std::tie(self.target, self.timestamp_ms, self.size, self.intended, self.committed);
  }
  bool operator==(const Scraped&) const = default;
};

// Leaf.
struct ScrapeFailed {
  uint32_t target = 0;
  Instant intended;
  std::string why;
  static constexpr uint8_t kType = 5;
  static auto fields(auto& self) { return std::tie(self.target, self.intended, self.why); }
  bool operator==(const ScrapeFailed&) const = default;
};

// Leaf: a sender gave these up.
struct Dropped {
  uint32_t target = 0;
  int64_t timestamp_ms = 0;
  PositionRun positions;
  LossCause cause = LossCause::kUnattributed;
  static constexpr uint8_t kType = 6;
  static auto fields(auto& self) {
    return std::tie(self.target, self.timestamp_ms, self.positions, self.cause);
  }
  bool operator==(const Dropped&) const = default;
};

// Leaf: a sender held these when it stopped.
struct Pending {
  uint32_t target = 0;
  int64_t timestamp_ms = 0;
  PositionRun positions;
  static constexpr uint8_t kType = 7;
  static auto fields(auto& self) {
    return std::tie(self.target, self.timestamp_ms, self.positions);
  }
  bool operator==(const Pending&) const = default;
};

// Central.
struct Received {
  uint32_t target = 0;
  uint64_t ordinal = 0;
  PositionRun positions;
  Fate fate = Fate::kStored;
  Instant visible;
  static constexpr uint8_t kType = 8;
  static auto fields(auto& self) {
    return std::tie(self.target, self.ordinal, self.positions, self.fate, self.visible);
  }
  bool operator==(const Received&) const = default;
};

// Central: samples that are none of a scrape's.
struct Unresolved {
  int64_t corrupted = 0;
  int64_t unknown = 0;
  static constexpr uint8_t kType = 9;
  static auto fields(auto& self) { return std::tie(self.corrupted, self.unknown); }
  bool operator==(const Unresolved&) const = default;
};

// Leaf and central: leaf-made samples since the last such entry.
struct LeafMadeTally {
  LeafMade made;
  static constexpr uint8_t kType = 10;
  static auto fields(auto& self) {
    return std::tie(self.made.scraped, self.made.delivered, self.made.duplicates,
                    self.made.rejected, self.made.dropped);
  }
  bool operator==(const LeafMadeTally&) const = default;
};

// Central.
struct Federated {
  std::string endpoint;
  Instant intended;
  bool ok = false;
  static constexpr uint8_t kType = 11;
  static auto fields(auto& self) { return std::tie(self.endpoint, self.intended, self.ok); }
  bool operator==(const Federated&) const = default;
};

// Any role: the value of a counter since the role started.
struct Counter {
  std::string name;
  Instant at;
  int64_t value = 0;
  static constexpr uint8_t kType = 12;
  static auto fields(auto& self) { return std::tie(self.name, self.at, self.value); }
  bool operator==(const Counter&) const = default;
};

// Link: TCP payload that passed in the 100 ms from `at` on.
struct WireBytes {
  Instant at;
  int64_t to_central = 0;
  int64_t to_leaf = 0;
  static constexpr uint8_t kType = 13;
  static auto fields(auto& self) { return std::tie(self.at, self.to_central, self.to_leaf); }
  bool operator==(const WireBytes&) const = default;
};

// Leaf that sends to a central without a journal: the 2xx for these came at `at`.
struct Acknowledged {
  uint32_t target = 0;
  int64_t timestamp_ms = 0;
  PositionRun positions;
  Instant at;
  static constexpr uint8_t kType = 14;
  static auto fields(auto& self) {
    return std::tie(self.target, self.timestamp_ms, self.positions, self.at);
  }
  bool operator==(const Acknowledged&) const = default;
};

// Link that looks into HTTP: a request and the status of its response (0: none came).
struct Exchanged {
  Instant asked;     // the request had come whole
  Instant answered;  // its response had begun to come
  int32_t status = 0;
  bool by_link = false;
  uint32_t attempt = 0;  // as its Retry-Attempt header says
  uint64_t body_size = 0;
  uint64_t body_hash = 0;
  static constexpr uint8_t kType = 15;
  static auto fields(auto& self) {
    return std::tie(self.asked, self.answered, self.status, self.by_link, self.attempt,
                    self.body_size, self.body_hash);
  }
  bool operator==(const Exchanged&) const = default;
};

using Entry = std::variant<RoleStarted, RoleStopped, Answered, Scraped, ScrapeFailed, Dropped,
                           Pending, Received, Unresolved, LeafMadeTally, Federated, Counter,
                           WireBytes, Acknowledged, Exchanged>;

// Texts longer than this are cut when they are written.
inline constexpr size_t kMaxText = 1024;

// Appends the type and the fields.
void encode(const Entry& entry, std::string& out);
// Nothing where `bytes` is not exactly one entry with every field in its range.
std::optional<Entry> decode(std::string_view bytes);

}  // namespace pushpull::journal
