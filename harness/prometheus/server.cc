#include "harness/prometheus/server.h"

#include <algorithm>

#include "harness/base/log.h"
#include "harness/federation/federate_request.h"
#include "harness/prometheus/self_metrics.h"
#include "harness/prometheus/targets.h"
#include "harness/scrape/report.h"
#include "harness/scrape/schedule.h"
#include "harness/scrape/scrape_protocols.h"

namespace pushpull {
namespace {

Response plain(int status, std::string text) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.body.bytes = std::move(text);
  return response;
}

// The label `handler` of what is counted: the route, and "/" for whatever has none.
std::string handler_of(std::string_view path) {
  constexpr std::string_view kRoutes[] = {"/-/healthy", "/-/ready", "/api/v1/write", "/federate",
                                          "/metrics"};
  return std::string(std::ranges::find(kRoutes, path) != std::end(kRoutes) ? path : "/");
}

}  // namespace

Server::Server(EventLoop& loop, Transport& transport, Storage& storage, Observer& observer,
               ServerOptions options)
    : loop_(loop),
      storage_(storage),
      observer_(observer),
      options_(std::move(options)),
      transport_(transport),
      receiver_(options_.profile),
      wal_(options_.wal_retention),
      incoming_(loop) {
  for (const RemoteWriteConfig& config : options_.remote_write) {
    remote_.push_back(std::make_unique<RemoteStorage>(
        RemoteStorage::Context{loop_, transport_, storage_.labels(), observer_, wal_, incoming_,
                               &storage_},
        config, options_.profile, options_.flush_deadline, options_.write_size_model));
  }
  if (options_.discovery_delay > Duration()) {
    discovery_ = loop_.schedule_after(options_.discovery_delay, [this] { start_scraping(); });
  } else {
    start_scraping();
  }
}

Server::~Server() { loop_.cancel(discovery_); }

void Server::stop_scraping() {
  loop_.cancel(discovery_);
  scrapes_.clear();
}

void Server::start_scraping() {
  const uint64_t seed = scrape_seed(options_.host_name, options_.external_labels);
  const LabelBytes layout = label_bytes(options_.profile);
  const std::string user_agent = "Prometheus/" + options_.profile.version;
  const AcceptDialect accept = {options_.profile.weighs_scrape_protocols,
                                options_.profile.names_escaping};
  for (ScrapeTarget target : options_.targets) {
    const size_t number = scrapes_.size();
    if (!target.native_histograms) {
      target.native_histograms = options_.profile.scrapes_native_histograms;
    }
    target.accept = accept_header(target.scrape_protocols, *target.native_histograms, accept);
    ScrapeSlot slot;
    slot.stored = storage_.add_target(target);
    slot.federated = target.parse_work == Work::Kind::kFederateParse;
    slot.loop = std::make_unique<ScrapeLoop>(
        loop_, transport_, target, scrape_offset(target, seed, layout), user_agent,
        options_.profile.strict_content_type,
        [this, stored = slot.stored] { return storage_.scrape_decoder(stored); },
        [this, number](const ScrapeResult& result) { on_scraped(number, result); });
    scrapes_.push_back(std::move(slot));
  }
}

// One scrape becomes one commit: its samples, the stale markers of series that ended, and the
// report about it.
void Server::on_scraped(size_t target, const ScrapeResult& result) {
  ++stats_.scrapes;
  stats_.scrape_bytes += result.bytes;
  const ScrapeSlot& slot = scrapes_[target];
  std::string error = result.error;
  Storage::Scraped scraped;
  if (error.empty()) {
    Result<Storage::Scraped> read = storage_.read_scrape(slot.stored, result, loop_.now());
    if (read) {
      scraped = std::move(*read);
    } else {
      error = read.error().message;
    }
  }
  const bool up = error.empty();
  if (!up) {
    ++stats_.scrapes_failed;
    scraped.ended = storage_.end_all(slot.stored);
  }
  const ScrapeTarget& source = slot.loop->target();
  if (slot.federated) {
    observer_.federated(source.endpoint, result.intended, up);
  } else if (!up) {
    observer_.scrape_failed(source.path, result.intended, error);
  }

  const TimeBounds bounds = time_bounds(storage_.head().max_timestamp_ms(), loop_.now(), true);
  commit(scraped.slices, bounds, [this, &slot](const Slice& part, Fate fate) {
    slot.federated ? tell_received(part, fate) : tell_scraped(part, fate);
  });
  tell_foreign();
  end_series(target, result, scraped.ended);
  report(target, result, scraped, up);
  // As in Prometheus's WAL, histograms follow all floats of a commit, and exemplars come last.
  const Head::Judged untold = [](const Slice&, Fate) {};
  if (scraped.histograms.count > 0) commit({&scraped.histograms, 1}, bounds, untold);
  end_histograms(target, result, scraped.ended);
  commit_exemplars(scraped.exemplars);
  notify_remotes();
}

void Server::report(size_t target, const ScrapeResult& result, const Storage::Scraped& scraped,
                    bool up) {
  const auto values = report_values(up, result.duration, scraped.samples, scraped.series_added);
  Record record = own_record(storage_.report_layout(scrapes_[target].stored), result);
  record.values.assign(values.begin(), values.end());
  const Slice whole = Slice::whole(std::make_shared<Record>(std::move(record)));
  commit_own(target, {&whole, 1});
}

void Server::end_series(size_t target, const ScrapeResult& result, const EndedSeries& ended) {
  if (ended.layout == nullptr) return;
  Record record = own_record(ended.layout, result);
  record.stale_markers = true;
  const Slice whole = Slice::whole(std::make_shared<Record>(std::move(record)));
  std::vector<Slice> slices;
  for (const PositionRange& range : ended.positions)
    slices.push_back(whole.tail(range.begin).head(range.size()));
  commit_own(target, slices);
}

void Server::end_histograms(size_t target, const ScrapeResult& result, const EndedSeries& ended) {
  if (ended.histograms == nullptr) return;
  Record record = storage_.stale_histograms(ended.histograms, result.timestamp_ms);
  record.intended = result.intended;
  record.committed = loop_.now();
  record.timestamp_ms = result.timestamp_ms;
  record.leaf_made = true;
  const Slice whole = Slice::whole(std::make_shared<Record>(std::move(record)));
  commit_own(target, {&whole, 1});
}

// A record the server makes itself.
Record Server::own_record(std::shared_ptr<const Layout> layout, const ScrapeResult& result) const {
  Record record;
  record.layout = std::move(layout);
  record.intended = result.intended;
  record.committed = loop_.now();
  record.timestamp_ms = result.timestamp_ms;
  record.leaf_made = true;
  return record;
}

// What a central makes about its own fetches is nobody's to account for.
void Server::commit_own(size_t target, std::span<const Slice> slices) {
  const TimeBounds bounds = time_bounds(storage_.head().max_timestamp_ms(), loop_.now(), true);
  const bool told = !scrapes_[target].federated;
  commit(slices, bounds, [&](const Slice& part, Fate fate) {
    // Out-of-order markers are ignored, as Prometheus ignores them.
    if (told && fate == Fate::kStored && part.record->extras == nullptr) observer_.scraped(part);
  });
}

// Appends to the head; what it takes goes to the WAL.
void Server::commit(std::span<const Slice> slices, const TimeBounds& bounds,
                    const Head::Judged& judged) {
  const Head::Judged taken = [this, &judged](const Slice& part, Fate fate) {
    const bool floats = part.record->extras == nullptr;
    (floats ? stats_.fates : stats_.histogram_fates)[static_cast<size_t>(fate)] += part.count;
    if (fate == Fate::kStored) {
      (floats ? stats_.head_samples_appended : stats_.head_histograms_appended) += part.count;
      if (!remote_.empty()) {
        wal_.append(part, loop_.now());
        incoming_.committed(part);
      }
    }
    judged(part, fate);
  };
  for (const Slice& slice : slices) storage_.head().append(slice, bounds, taken);
}

// Adds to the exemplars; what they take goes to the WAL. The instrument hears nothing of them: no
// workload has any.
void Server::commit_exemplars(const Slice& slice) {
  ExemplarStorage* exemplars = storage_.exemplars();
  if (slice.count == 0 || exemplars == nullptr) return;
  const Record& record = *slice.record;
  const auto added = [&](uint32_t position) {
    return exemplars->add(record.layout->ref(position), record.extras->exemplars[position]);
  };
  const Head::Judged taken = [this](const Slice& part, Fate fate) {
    if (fate == Fate::kOutOfOrder) stats_.exemplars_out_of_order += part.count;
    if (fate != Fate::kStored) return;
    stats_.exemplars_appended += part.count;
    if (remote_.empty()) return;
    wal_.append(part, loop_.now());
    incoming_.committed(part);
  };
  judge_each(slice, taken, added);
}

// What was committed since the last time is one record of the WAL.
void Server::notify_remotes() {
  wal_.end_record();
  for (const auto& remote : remote_) remote->notify();
}

void Server::tell_scraped(const Slice& part, Fate fate) {
  if (fate != Fate::kStored) return;
  if (part.count == part.record->size()) {
    observer_.scraped(part);
  } else {
    log_warn("a scrape was stored in part: repeated series or timestamps of its own");
  }
}

void Server::tell_received(const Slice& part, Fate fate) {
  const Record& record = *part.record;
  if (record.extras != nullptr) return;  // no workload has any
  const bool named = record.leaf_made || record.layout->target() != nullptr;
  if (named) return observer_.received(part, fate, loop_.now());
  const Layout& layout = *record.layout;
  const double* const values = record.values.empty() ? nullptr : record.values.data();
  const size_t before = foreign_.size();
  foreign_.resize(before + part.count);
  for (uint32_t i = 0; i < part.count; ++i) {
    const uint32_t position = part.position(i);
    foreign_[before + i] = {layout.ref(position), record.timestamp(position),
                            values != nullptr ? values[position] : record.value(position), fate};
  }
}

void Server::tell_foreign() {
  if (!foreign_.empty()) observer_.received(foreign_, loop_.now());
  foreign_.clear();
}

Decoder Server::decoder(const Request& request) const {
  return options_.enable_receiver && request.path == "/api/v1/write" ? receiver_.decoder(request)
                                                                     : Decoder();
}

Work Server::receive_work(const Request& request) const {
  if (request.path != "/api/v1/write" || request.body.payload == nullptr) return {};
  return {Work::Kind::kWriteReceive, request.body.payload->samples()};
}

void Server::handle(Arrival arrival, Respond respond) {
  const std::string handler = handler_of(arrival.request.path);
  answer(std::move(arrival), [this, &handler, &respond](Response response) {
    ++stats_.http_requests[{handler, response.status}];
    respond(std::move(response));
  });
}

// Responds inside this call.
void Server::answer(Arrival arrival, const Respond& respond) {
  const std::string& path = arrival.request.path;
  if (path == "/-/healthy") return respond(plain(200, "Prometheus Server is Healthy.\n"));
  // A real server's web handler is the last to be stopped: until all is flushed it says how it
  // goes.
  if (path == "/metrics") {
    Response response = plain(200, self_metrics(*this));
    response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
    return respond(std::move(response));
  }
  if (stopping_) return respond(plain(503, "Service Unavailable"));
  if (path == "/-/ready") return respond(plain(200, "Prometheus Server is Ready.\n"));
  if (path == "/api/v1/write") return respond(receive(arrival));
  if (path == "/federate") return respond(serve_federate(arrival.request));
  respond(error_response(404, "404 page not found"));
}

// Remote write 1.0 stores a request whole or not at all. As in Prometheus, the first pass compares
// with what is committed; repetitions inside the request are found at commit and dropped there
// without an error.
Response Server::receive(const Arrival& arrival) {
  if (!options_.enable_receiver) {
    return error_response(
        404, "remote write receiver needs to be enabled with --web.enable-remote-write-receiver");
  }
  ++stats_.write_requests;
  if (std::optional<Response> refused = receiver_.refuse(arrival)) {
    ++stats_.write_requests_refused;
    return *refused;
  }
  if (receiver_.message(arrival.request) == WriteMessage::kV2) {
    return receive_v2(*arrival.request.body.payload);
  }
  WriteOutcome outcome;
  const Result<ReceivedV1> received =
      storage_.read_write(*arrival.request.body.payload, loop_.now());
  if (!received) {
    outcome.storage_error = received.error().message;
    return receiver_.answer(outcome);
  }
  const std::span<const Slice> slices = received->slices;
  outcome.invalid = received->invalid;
  const TimeBounds bounds = time_bounds(storage_.head().max_timestamp_ms(), loop_.now(),
                                        options_.profile.refuses_far_future);
  const auto examine = [&](const Head::Judged& judged) {
    for (const Slice& slice : slices) storage_.head().examine(slice, bounds, judged);
  };
  examine([&outcome](const Slice&, Fate fate) {
    if (!outcome.refused && refuses_request(fate)) outcome.refused = fate;
  });
  if (outcome.refused) {
    ++stats_.write_requests_refused;
    examine([this](const Slice& part, Fate fate) {
      if (refuses_request(fate)) tell_received(part, fate);
    });
  } else if (!outcome.invalid.empty()) {
    ++stats_.write_requests_refused;
  } else {
    commit(slices, bounds, [this](const Slice& part, Fate fate) {
      stats_.samples_without_metadata += part.count;
      tell_received(part, fate);
    });
    commit_exemplars(received->exemplars);
    notify_remotes();
  }
  tell_foreign();
  return receiver_.answer(outcome);
}

// Remote Write 2.0 stores what it can of a request and says what that was.
Response Server::receive_v2(const Payload& payload) {
  Result<ReceivedV2> received = storage_.read_write_v2(payload, loop_.now());
  if (!received) {
    ++stats_.write_requests_refused;
    return receiver_.answer(WriteOutcomeV2{{}, {}, received.error().message});
  }
  const TimeBounds bounds = time_bounds(storage_.head().max_timestamp_ms(), loop_.now(),
                                        options_.profile.refuses_far_future);
  JudgedV2 judged = judge_v2(
      std::move(*received), storage_.head(), storage_.exemplars(), bounds,
      [this](const Layout& layout, uint32_t p) { return storage_.series_text(layout, p); });
  if (!judged.outcome.refused.empty()) ++stats_.write_requests_refused;
  for (const auto& [part, fate] : judged.refused) tell_received(part, fate);
  commit(judged.accepted, bounds,
         [this](const Slice& part, Fate fate) { tell_received(part, fate); });
  for (const Slice& slice : judged.exemplars) commit_exemplars(slice);
  notify_remotes();
  tell_foreign();
  return receiver_.answer(judged.outcome);
}

Response Server::serve_federate(const Request& request) {
  ++stats_.federate_requests;
  std::variant<FederateQuery, Response> read = read_federate(request);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  const FederateQuery& query = std::get<FederateQuery>(read);
  PayloadPtr body = storage_.federate(query, loop_.now());
  stats_.federated_samples += body->samples();
  return federate_response(std::move(body), query.gzip, options_.profile.names_escaping);
}

int64_t Server::backlog() const {
  int64_t samples = 0;
  for (const auto& remote : remote_) {
    const QueueStats& stats = remote->stats();
    samples += stats.samples_pending + stats.histograms_pending + stats.exemplars_pending +
               remote->unread_samples();
  }
  return samples;
}

int64_t Server::shards() const {
  int64_t shards = 0;
  for (const auto& remote : remote_) shards += remote->stats().shards;
  return shards;
}

double Server::desired_shards() const {
  double shards = 0;
  for (const auto& remote : remote_) shards += remote->stats().shards_desired;
  return shards;
}

SentRequests Server::sent_requests() const {
  SentRequests sent;
  for (const auto& remote : remote_) {
    for (const auto& [status, attempts] : remote->stats().requests_by_status) {
      sent.attempts += attempts;
      if (status / 100 != 2) sent.failed += attempts;
    }
  }
  return sent;
}

void Server::stop(std::function<void()> done) {
  stopping_ = true;
  stop_scraping();
  auto finished = std::make_shared<std::function<void()>>(std::move(done));
  auto left = std::make_shared<size_t>(remote_.size());
  if (remote_.empty()) {
    loop_.schedule_after(Duration(), [finished] { (*finished)(); });
    return;
  }
  for (const auto& remote : remote_) {
    remote->stop([left, finished] {
      if (--*left == 0) (*finished)();
    });
  }
}

void Server::abandon(LossCause cause) {
  stopping_ = true;
  stop_scraping();
  for (const auto& remote : remote_) remote->abandon(cause);
}

}  // namespace pushpull
