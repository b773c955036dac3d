// Fakes that the tests of the sender share.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/loop/virtual_loop.h"
#include "harness/measure/observer.h"
#include "harness/net/transport.h"
#include "harness/remote_write/label_source.h"
#include "harness/remote_write/record_source.h"
#include "harness/remote_write/write_payload.h"

namespace pushpull {

inline constexpr Duration ms(int64_t n) { return Duration::milliseconds(n); }
inline constexpr Duration s(int64_t n) { return Duration::seconds(n); }

// Answers every request with what `answer` says, by default 204 after 4 ms.
class FakeTransport : public Transport {
 public:
  struct Sent {
    Instant at;
    std::string endpoint;
    Request request;
    Duration timeout;

    const std::vector<wire::WriteSlice>& slices() const {
      return dynamic_cast<const WritePayload&>(*request.body.payload).slices();
    }
    int64_t samples() const { return request.body.payload->samples(); }
  };
  struct Answer {
    std::optional<int> status = 204;  // nothing: no answer came
    Duration latency = ms(4);
    std::string retry_after = "";
    std::string written = "";  // X-Prometheus-Remote-Write-Samples-Written
  };

  explicit FakeTransport(EventLoop& loop) : loop_(loop) {}

  void send(const std::string& endpoint, Request request, Duration timeout, Decoder, Work::Kind,
            Done done) override {
    sent.push_back({loop_.now(), endpoint, std::move(request), timeout});
    const Answer a = answer(sent.back());
    Exchange exchange;
    exchange.failed = !a.status.has_value();
    exchange.response.status = a.status.value_or(0);
    exchange.response.body.bytes = a.status == 400 ? "out of order sample\n" : "";
    if (!a.retry_after.empty()) exchange.response.headers.add("Retry-After", a.retry_after);
    if (!a.written.empty())
      exchange.response.headers.add("X-Prometheus-Remote-Write-Samples-Written", a.written);
    auto reply = std::make_shared<std::pair<Done, Exchange>>(std::move(done), std::move(exchange));
    loop_.schedule_after(a.latency, [reply] { reply->first(std::move(reply->second)); });
  }

  std::function<Answer(const Sent&)> answer = [](const Sent&) { return Answer(); };
  std::vector<Sent> sent;

 private:
  EventLoop& loop_;
};

// Requests are not encoded; the only label of a series is its ref.
class NoLabels : public LabelSource {
 public:
  std::shared_ptr<const wire::LabelBlock> labels(const Layout&) override { return nullptr; }
  bool encodes() const override { return false; }
  Labels series(const Layout& layout, uint32_t position) override {
    return {{"ref", std::to_string(layout.ref(position))}};
  }
};

class DropRecorder : public Observer {
 public:
  void scraped(const Slice&) override {}
  void scrape_failed(std::string_view, Instant, std::string_view) override {}
  void acknowledged(const Slice& slice, Instant at) override { acks.emplace_back(slice, at); }
  void dropped(const Slice& slice, LossCause cause) override { drops.emplace_back(slice, cause); }
  void received(const Slice&, Fate, Instant) override {}
  void received(std::span<const ForeignSample>, Instant) override {}
  void federated(std::string_view, Instant, bool) override {}

  uint64_t samples(LossCause cause) const {
    uint64_t n = 0;
    for (const auto& [slice, why] : drops) n += why == cause ? slice.count : 0;
    return n;
  }

  std::vector<std::pair<Slice, Instant>> acks;
  std::vector<std::pair<Slice, LossCause>> drops;
};

// A WAL of which everything is committed.
class FakeSource : public RecordSource {
 public:
  const Slice* peek() override { return slices.empty() ? nullptr : &slices.front(); }
  void pop() override { slices.pop_front(); }

  std::deque<Slice> slices;
};

// A record of `layout` without values, scraped at `at`.
inline RecordPtr record_at(std::shared_ptr<const Layout> layout, Instant at) {
  auto record = std::make_shared<Record>();
  record->layout = std::move(layout);
  record->timestamp_ms = at.unix_ms();
  return record;
}

inline std::shared_ptr<const Layout> layout_of(uint32_t size, uint64_t first_ref = 0) {
  return std::make_shared<const Layout>(first_ref, size, nullptr);
}

}  // namespace pushpull
