#include "harness/scrape/scrape_loop.h"

#include <array>
#include <charconv>

#include "harness/scrape/schedule.h"

namespace pushpull {
namespace {

std::string seconds_text(Duration d) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), d.in_seconds()).ptr;
  return {buffer.data(), end};
}

}  // namespace

std::string url_of(const ScrapeTarget& target) {
  return "http://" + target.endpoint + target.path +
         (target.query.empty() ? "" : "?" + target.query);
}

Duration scrape_offset(const ScrapeTarget& target, uint64_t seed, LabelBytes layout) {
  return scrape_offset(target_hash(target.identity, url_of(target), layout), seed, target.interval);
}

ScrapeLoop::ScrapeLoop(EventLoop& loop, Transport& transport, ScrapeTarget target, Duration offset,
                       const std::string& user_agent, bool strict_content_type,
                       MakeDecoder make_decoder, Finished finished)
    : loop_(loop),
      transport_(transport),
      target_(std::move(target)),
      strict_content_type_(strict_content_type),
      make_decoder_(std::move(make_decoder)),
      finished_(std::move(finished)) {
  request_.path = target_.path;
  request_.query = target_.query;
  request_.headers = {{"User-Agent", user_agent},
                      {"Accept", target_.accept},
                      {"Accept-Encoding", target_.compressed ? "gzip" : "identity"},
                      {"X-Prometheus-Scrape-Timeout-Seconds", seconds_text(target_.timeout)}};
  const Instant first = first_scrape(loop_.now(), target_.interval, offset);
  schedule(first, first);
}

ScrapeLoop::~ScrapeLoop() {
  *alive_ = false;
  loop_.cancel(timer_);
}

void ScrapeLoop::schedule(Instant intended, Instant due) {
  timer_ = loop_.schedule_at(due, [this, intended] { start(intended); });
}

void ScrapeLoop::start(Instant due) {
  const Instant started = loop_.now();
  const Instant intended = newest_tick(due, started, target_.interval);
  transport_.send(target_.endpoint, request_, target_.timeout,
                  make_decoder_ ? make_decoder_() : Decoder(), target_.parse_work,
                  [this, alive = alive_, intended, started](Exchange&& exchange) {
                    if (*alive) done(intended, started, std::move(exchange));
                  });
}

void ScrapeLoop::done(Instant intended, Instant started, Exchange&& exchange) {
  ScrapeResult result;
  result.intended = intended;
  result.timestamp_ms = sample_time(intended, started, target_.interval).unix_ms();
  result.duration = loop_.now() - started;
  result.bytes = exchange.bytes_received;
  result.error = failure(exchange);
  if (result.error.empty()) result.payload = std::move(exchange.response.body.payload);
  finished_(std::move(result));
  const Tick next = next_tick(intended, loop_.now(), target_.interval);
  schedule(next.intended, next.due);
}

std::string ScrapeLoop::failure(const Exchange& exchange) const {
  if (exchange.failed) return exchange.error.message;
  const Response& response = exchange.response;
  if (response.status != 200)
    return "server returned HTTP status " + std::to_string(response.status);
  const std::string_view type = response.headers.get("Content-Type");
  if (strict_content_type_ && !is_exposition_type(type)) {
    return "unsupported Content-Type '" + std::string(type) +
           "' (set fallback_scrape_protocol at a real 3.x server)";
  }
  if (response.body.payload == nullptr) return "empty payload";
  return "";
}

bool is_exposition_type(std::string_view content_type) {
  const std::string_view media = content_type.substr(0, content_type.find(';'));
  return media == "text/plain" || media == "application/openmetrics-text" ||
         media == "application/vnd.google.protobuf";
}

}  // namespace pushpull
