#include "harness/run/acknowledged_central.h"

#include "harness/measure/answer_log.h"
#include "harness/measure/journal.h"

namespace pushpull {

Status write_acknowledged_central(const std::vector<std::string>& targets_journals,
                                  const std::vector<std::string>& leaf_journals,
                                  const Workload& workload, Duration max_delay,
                                  const std::string& path) {
  AnswerLog answers(static_cast<uint32_t>(workload.targets().size()), max_delay);
  for (const std::string& targets : targets_journals) {
    Result<JournalReader> reader = JournalReader::open(targets);
    if (!reader) return reader.error();
    answers.follow(std::move(*reader));
  }
  Result<JournalWriter> writer = JournalWriter::open(path);
  if (!writer) return writer.error();
  for (const std::string& leaf : leaf_journals) {
    Result<JournalReader> reader = JournalReader::open(leaf);
    if (!reader) return reader.error();
    while (const std::optional<journal::Entry> entry = reader->next()) {
      const auto* taken = std::get_if<journal::Acknowledged>(&*entry);
      if (taken == nullptr) continue;
      const auto answer = answers.find(taken->target, taken->timestamp_ms);
      if (!answer || !taken->positions.fits(workload.target(taken->target).size())) continue;
      writer->append(journal::Received{taken->target, answer->ordinal, taken->positions,
                                       Fate::kStored, taken->at});
    }
  }
  return writer->flush();
}

}  // namespace pushpull
