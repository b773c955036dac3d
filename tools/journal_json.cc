#include "tools/journal_json.h"

#include <array>
#include <string_view>
#include <utility>

namespace pushpull {
namespace {

using Json = nlohmann::ordered_json;
using namespace journal;

// Name of the entry, then of its fields in the order of fields().
template <class Entry>
constexpr int kNames = 0;
template <>
constexpr auto kNames<RoleStarted> = std::to_array<const char*>({"role_started", "role", "at"});
template <>
constexpr auto kNames<RoleStopped> = std::to_array<const char*>({"role_stopped", "at"});
template <>
constexpr auto kNames<Answered> = std::to_array<const char*>({"answered", "target", "ordinal",
                                                              "arrival"});
template <>
constexpr auto kNames<Scraped> = std::to_array<const char*>({"scraped", "target", "timestamp_ms",
                                                             "size", "intended", "committed"});
template <>
constexpr auto kNames<ScrapeFailed> = std::to_array<const char*>({"scrape_failed", "target",
                                                                  "intended", "why"});
template <>
constexpr auto kNames<Dropped> = std::to_array<const char*>({"dropped", "target", "timestamp_ms",
                                                             "positions", "cause"});
template <>
constexpr auto kNames<Pending> = std::to_array<const char*>({"pending", "target", "timestamp_ms",
                                                             "positions"});
template <>
constexpr auto kNames<Received> = std::to_array<const char*>({"received", "target", "ordinal",
                                                              "positions", "fate", "visible"});
template <>
constexpr auto kNames<Unresolved> = std::to_array<const char*>({"unresolved", "corrupted",
                                                                "unknown"});
template <>
constexpr auto kNames<LeafMadeTally> = std::to_array<const char*>({"leaf_made", "scraped",
                                                                   "delivered", "duplicates",
                                                                   "rejected", "dropped"});
template <>
constexpr auto kNames<Federated> = std::to_array<const char*>({"federated", "endpoint", "intended",
                                                               "ok"});
template <>
constexpr auto kNames<Counter> = std::to_array<const char*>({"counter", "name", "at", "value"});
template <>
constexpr auto kNames<WireBytes> = std::to_array<const char*>({"wire_bytes", "at", "to_central",
                                                               "to_leaf"});
template <>
constexpr auto kNames<Acknowledged> =
    std::to_array<const char*>({"acknowledged", "target", "timestamp_ms", "positions", "at"});
template <>
constexpr auto kNames<Exchanged> = std::to_array<const char*>({"exchanged", "asked", "answered",
                                                               "status", "by_link", "attempt",
                                                               "body_size", "body_hash"});

const char* fate_name(Fate fate) {
  constexpr auto kFates = std::to_array<const char*>(
      {"stored", "duplicate", "duplicate_timestamp", "out_of_order", "out_of_bounds"});
  return kFates.at(static_cast<size_t>(fate));
}

Json value(const auto& plain) { return plain; }
Json value(const Instant& t) { return t.unix_ns(); }
Json value(const Fate& fate) { return fate_name(fate); }
Json value(const LossCause& cause) { return loss_cause_name(cause); }
Json value(const PositionRun& run) { return {run.first, run.stride, run.count}; }

}  // namespace

Json journal_json(const Entry& entry) {
  Json out;
  std::visit(
      [&out]<class E>(const E& e) {
        auto name = kNames<E>.begin();
        out["entry"] = *name++;
        const auto fields = E::fields(e);
        static_assert(std::tuple_size_v<decltype(fields)> + 1 == kNames<E>.size());
        std::apply([&](const auto&... field) { ((out[*name++] = value(field)), ...); }, fields);
      },
      entry);
  return out;
}

}  // namespace pushpull
