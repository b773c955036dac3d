// What a message of remote write holds, item by item, whichever its version; and back.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "harness/base/check.h"
#include "harness/wire/decode_v2.h"
#include "harness/wire/encode_v2.h"
#include "harness/wire/exemplar.h"
#include "harness/wire/native_histogram.h"
#include "harness/wire/proto_writer.h"
#include "harness/wire/write_request.h"

namespace pushpull::wire {

// One thing that came over the wire.
struct FloatItem {
  double value = 0;
  int64_t timestamp_ms = 0;
};
struct ReceivedItem {
  Labels labels;
  std::variant<FloatItem, NativeHistogram, Exemplar> what;
};

// The items of a Remote Write 1.0 message, in order, series by series.
inline std::vector<ReceivedItem> items_of(std::string_view message) {
  std::vector<ReceivedItem> items;
  ProtoReader request(message);
  while (!request.done()) {
    ProtoTag tag{};
    std::string_view series;
    CHECK(request.read_tag(tag) && request.read_bytes(series));
    if (tag.field != 1) continue;
    const Labels labels = labels_of_series(series).value();
    for (ProtoReader fields(series); !fields.done();) {
      std::string_view part;
      CHECK(fields.read_tag(tag) && fields.read_bytes(part));
      if (tag.field == 2) {
        std::string alone;
        append_bytes_field(alone, 2, part);
        std::string one;
        append_bytes_field(one, 1, alone);
        const WrittenRequest read = decode_write_request(one).value();
        items.push_back({labels, FloatItem{read.samples[0].value, read.samples[0].timestamp_ms}});
      }
      if (tag.field == 3) items.push_back({labels, decode_exemplar(part).value()});
      if (tag.field == 4) items.push_back({labels, decode_histogram(part).value()});
    }
  }
  return items;
}

// The same of Remote Write 2.0.
inline std::vector<ReceivedItem> items_of(const WrittenRequestV2& request) {
  std::vector<ReceivedItem> items;
  size_t s = 0;
  size_t h = 0;
  size_t e = 0;
  for (const WrittenRequestV2::Series& series : request.series) {
    const Labels labels = decode_labels(request.region(series)).value();
    for (; s < series.samples_end; ++s) {
      items.push_back(
          {labels, FloatItem{request.samples[s].value, request.samples[s].timestamp_ms}});
    }
    for (; h < series.histograms_end; ++h) {
      items.push_back({labels, request.histogram(request.histograms[h])});
    }
    for (; e < series.exemplars_end; ++e) {
      items.push_back({labels, request.exemplar(request.exemplars[e]).value()});
    }
  }
  return items;
}

// What our encoders make of items: one slice each.
inline std::string encoded(const std::vector<ReceivedItem>& items, bool v2) {
  std::vector<WriteSlice> slices;
  for (const ReceivedItem& item : items) {
    LabelBlock::Builder labels;
    labels.add(item.labels);
    auto layout = std::make_shared<Layout>(1, 1, nullptr);
    Record record;
    if (const auto* sample = std::get_if<FloatItem>(&item.what)) {
      record.layout = layout;
      record.values = {sample->value};
      record.timestamp_ms = sample->timestamp_ms;
    } else if (const auto* histogram = std::get_if<NativeHistogram>(&item.what)) {
      record = Record::of_histograms(layout, {*histogram});
    } else {
      record = Record::of_exemplars(layout, {std::get<Exemplar>(item.what)});
    }
    slices.push_back({Slice::whole(std::make_shared<Record>(std::move(record))), labels.build()});
  }
  std::string memory;
  return std::string(v2 ? encode_write_request_v2(slices, memory)
                        : encode_write_request(slices, memory));
}

}  // namespace pushpull::wire
