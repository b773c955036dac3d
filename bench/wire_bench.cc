// Bytes and samples: what encoding and decoding cost per sample, and how many bytes a sample takes.
// The batches go round over many targets, so that labels come from memory and not from the cache.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "harness/base/check.h"
#include "harness/wire/compression.h"
#include "harness/wire/label_memory.h"
#include "harness/wire/text.h"
#include "harness/wire/write_request.h"
#include "harness/workload/workload.h"

namespace pushpull::wire {
namespace {

constexpr uint32_t kTargets = 60;
constexpr uint32_t kSeries = 2000;  // per target, and samples per batch: Prometheus 3.x's default

// The next one of `all` at each call, for ever.
template <class T>
class Rotation {
 public:
  explicit Rotation(const std::vector<T>& all) : all_(all) {}
  const T& next() { return all_[at_++ % all_.size()]; }

 private:
  const std::vector<T>& all_;
  size_t at_ = 0;
};

// One scrape of every target, in each form.
struct Corpus {
  std::vector<WriteSlice> slices;
  std::vector<std::string> messages;
  std::vector<std::string> blocks;
  std::vector<std::string> texts;  // as exposed
  std::vector<std::string> gzipped;
  std::vector<TextPredictor> predictors;
};

WriteSlice slice_of(const Target& target) {
  auto record = std::make_shared<Record>();
  record->layout = std::make_shared<Layout>(1, target.size(), &target);
  record->timestamp_ms = 1'700'000'000'123;
  target.values(7, record->values);
  LabelBlock::Builder labels;
  for (uint32_t p = 0; p < target.size(); ++p) labels.add(target.stored_labels(p));
  return {Slice::whole(std::move(record)), labels.build()};
}

Corpus make_corpus() {
  // The layouts point at the targets for as long as the process lives.
  static const Result<Workload> workload = Workload::make(
      {.leaves = 1, .targets = kTargets, .series = uint64_t{kTargets} * kSeries, .seed = 42});
  CHECK(workload.ok()) << workload.error().message;
  Corpus corpus;
  for (const Target& target : workload->targets()) {
    corpus.slices.push_back(slice_of(target));
    std::string memory;
    std::string message(encode_write_request({&corpus.slices.back(), 1}, memory));
    corpus.blocks.push_back(snappy_compress(message));
    corpus.messages.push_back(std::move(message));
    std::string text;
    target.expose(7, text);
    corpus.gzipped.push_back(gzip(text));
    const Result<ParsedText> parsed = parse_text(text, nullptr);
    CHECK(parsed.ok()) << parsed.error().message;
    corpus.predictors.emplace_back(*parsed);
    corpus.texts.push_back(std::move(text));
  }
  return corpus;
}

const Corpus& corpus() {
  static const Corpus corpus = make_corpus();
  return corpus;
}

void report(benchmark::State& state, size_t bytes) {
  const auto samples = static_cast<double>(state.iterations()) * kSeries;
  state.counters["per_sample"] =
      benchmark::Counter(samples, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["bytes_per_sample"] = static_cast<double>(bytes) / samples;
}

void EncodeWriteRequest(benchmark::State& state) {
  Rotation slices(corpus().slices);
  std::string memory;
  size_t bytes = 0;
  for (auto _ : state) bytes += encode_write_request({&slices.next(), 1}, memory).size();
  report(state, bytes);
}
BENCHMARK(EncodeWriteRequest);

void SnappyCompress(benchmark::State& state) {
  Rotation messages(corpus().messages);
  size_t bytes = 0;
  for (auto _ : state) bytes += snappy_compress(messages.next()).size();
  report(state, bytes);
}
BENCHMARK(SnappyCompress);

void SnappyUncompress(benchmark::State& state) {
  Rotation blocks(corpus().blocks);
  size_t bytes = 0;
  for (auto _ : state) bytes += snappy_uncompress(blocks.next(), 32 << 20)->size();
  report(state, bytes);
}
BENCHMARK(SnappyUncompress);

// Includes a copy of the message, which decoding takes over.
void DecodeWriteRequest(benchmark::State& state) {
  Rotation messages(corpus().messages);
  size_t bytes = 0;
  for (auto _ : state) bytes += decode_write_request(messages.next())->message.size();
  report(state, bytes);
}
BENCHMARK(DecodeWriteRequest);

// The same where these series have followed each other before.
void DecodeKnownWriteRequest(benchmark::State& state) {
  LabelMemory memory;
  for (const std::string& message : corpus().messages) {
    CHECK(decode_write_request(message, &memory).ok());
  }
  Rotation messages(corpus().messages);
  size_t bytes = 0;
  for (auto _ : state) {
    bytes += decode_write_request(messages.next(), &memory)->message.size();
  }
  report(state, bytes);
}
BENCHMARK(DecodeKnownWriteRequest);

void WriteText(benchmark::State& state) {
  const Corpus& all = corpus();
  std::string text;
  size_t bytes = 0;
  size_t at = 0;
  for (auto _ : state) {
    const TextPredictor& series = all.predictors[at % kTargets];
    const Record& record = *all.slices[at++ % kTargets].slice.record;
    text.clear();
    for (uint32_t i = 0; i < kSeries; ++i) {
      append_sample(text, series.series(i), record.values[i], record.timestamp_ms);
    }
    bytes += text.size();
  }
  report(state, bytes);
}
BENCHMARK(WriteText);

// Both parsers include a copy of the body, which parsing takes over.
void ParseText(benchmark::State& state) {
  Rotation texts(corpus().texts);
  size_t bytes = 0;
  for (auto _ : state) bytes += parse_text(texts.next(), nullptr)->text.size();
  report(state, bytes);
}
BENCHMARK(ParseText);

void ParsePredictedText(benchmark::State& state) {
  Rotation texts(corpus().texts);
  Rotation predictors(corpus().predictors);
  size_t bytes = 0;
  for (auto _ : state) {
    const Result<ParsedText> parsed = parse_text(texts.next(), &predictors.next());
    CHECK(parsed->predicted);
    bytes += parsed->text.size();
  }
  report(state, bytes);
}
BENCHMARK(ParsePredictedText);

void Gzip(benchmark::State& state) {
  Rotation texts(corpus().texts);
  const auto level = static_cast<int>(state.range(0));
  size_t bytes = 0;
  for (auto _ : state) bytes += gzip(texts.next(), level).size();
  report(state, bytes);
}
BENCHMARK(Gzip)->Arg(1)->Arg(kGzipLevel)->Arg(kGzipLevelBefore251);

void Gunzip(benchmark::State& state) {
  Rotation members(corpus().gzipped);
  size_t bytes = 0;
  for (auto _ : state) bytes += gunzip(members.next(), 64 << 20)->size();
  report(state, bytes);
}
BENCHMARK(Gunzip);

}  // namespace
}  // namespace pushpull::wire
