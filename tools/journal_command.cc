#include <cstdio>

#include "harness/measure/journal.h"
#include "tools/commands.h"
#include "tools/exit_code.h"
#include "tools/journal_json.h"

namespace pushpull {

int journal_command(const std::vector<std::string>& journals) {
  for (const std::string& path : journals) {
    Result<JournalReader> reader = JournalReader::open(path);
    if (!reader) {
      std::fprintf(stderr, "%s\n", reader.error().message.c_str());
      return kExitBadInput;
    }
    while (const auto entry = reader->next()) {
      // A text may hold what is not UTF-8: a server's own words.
      using Json = nlohmann::ordered_json;
      std::puts(journal_json(*entry).dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
    }
    if (reader->ignored_bytes() > 0) {
      std::fprintf(stderr, "%s: ignored %lld bytes at its end\n", path.c_str(),
                   static_cast<long long>(reader->ignored_bytes()));  // NOLINT: printf's type
    }
  }
  return kExitOk;
}

}  // namespace pushpull
