#include "harness/remote_write/written_counts.h"

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace pushpull {
namespace {

struct Field {
  std::string_view header;
  int64_t WrittenCounts::*count;
};
constexpr Field kFields[] = {
    {"X-Prometheus-Remote-Write-Exemplars-Written", &WrittenCounts::exemplars},
    {"X-Prometheus-Remote-Write-Histograms-Written", &WrittenCounts::histograms},
    {"X-Prometheus-Remote-Write-Samples-Written", &WrittenCounts::samples},
};

int64_t number(std::string_view text) {
  int64_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  return ec == std::errc() && end == text.data() + text.size() ? value : 0;
}

}  // namespace

void add_written(Headers& headers, const WrittenCounts& counts) {
  std::vector<Header> list(headers.begin(), headers.end());
  for (const Field& field : kFields) {
    list.push_back({std::string(field.header), std::to_string(counts.*field.count)});
  }
  headers = Headers(std::move(list));
}

std::optional<WrittenCounts> read_written(const Headers& headers) {
  WrittenCounts counts;
  bool any = false;
  for (const Field& field : kFields) {
    const std::string_view value = headers.get(field.header);
    any = any || !value.empty();
    counts.*field.count = number(value);
  }
  if (!any) return std::nullopt;
  return counts;
}

}  // namespace pushpull
