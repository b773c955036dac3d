#include "harness/scrape/metadata_cache.h"

#include <algorithm>
#include <string_view>

namespace pushpull {
namespace {

// Name, divider and text of a line, as they stand.
std::string_view line_of(const wire::ParsedText& parsed, const wire::TextMetadata& line) {
  return std::string_view(parsed.text)
      .substr(line.name_begin, line.text_begin + line.text_size - line.name_begin);
}

}  // namespace

void MetadataCache::take(const wire::ParsedText& parsed) {
  ++scrape_;
  if (!said_before(parsed)) note(parsed);
  for (const size_t family : named_) seen_[family] = scrape_;
  forget_old();
}

bool MetadataCache::said_before(const wire::ParsedText& parsed) const {
  if (parsed.metadata.size() != said_.size()) return false;
  std::string_view rest = lines_;
  for (size_t i = 0; i < said_.size(); ++i) {
    const wire::TextMetadata& line = parsed.metadata[i];
    const std::string_view text = line_of(parsed, line);
    const Said said{line.name_size, text.size(), line.kind};
    if (!(said == said_[i]) || !rest.starts_with(text)) return false;
    rest.remove_prefix(text.size());
  }
  return true;
}

void MetadataCache::note(const wire::ParsedText& parsed) {
  lines_.clear();
  said_.clear();
  named_.clear();
  for (const wire::TextMetadata& line : parsed.metadata) {
    const std::string_view whole = line_of(parsed, line);
    lines_ += whole;
    said_.push_back({line.name_size, whole.size(), line.kind});
    std::string name = parsed.text.substr(line.name_begin, line.name_size);
    const std::string_view text =
        std::string_view(parsed.text).substr(line.text_begin, line.text_size);
    const auto [it, is_new] = index_.try_emplace(name, families_.size());
    if (is_new) {
      families_.push_back({0, std::move(name), "", ""});
      seen_.push_back(0);
    }
    wire::FamilyMetadata& family = families_[it->second];
    switch (line.kind) {
      case wire::TextMetadata::Kind::kHelp:
        family.help = parsed.encoded_series ? std::string(text) : wire::unescape_help(text);
        break;
      case wire::TextMetadata::Kind::kType:
        family.type = wire::metadata_type(text);
        break;
      case wire::TextMetadata::Kind::kUnit:
        family.unit = text;
        break;
    }
    named_.push_back(it->second);
  }
}

void MetadataCache::forget_old() {
  const auto old = [this](size_t family) { return scrape_ - seen_[family] > kKeptScrapes; };
  bool any = false;
  for (size_t i = 0; i < families_.size() && !any; ++i) any = old(i);
  if (!any) return;
  std::vector<wire::FamilyMetadata> families;
  std::vector<int64_t> seen;
  for (size_t i = 0; i < families_.size(); ++i) {
    if (old(i)) continue;
    families.push_back(std::move(families_[i]));
    seen.push_back(seen_[i]);
  }
  families_ = std::move(families);
  seen_ = std::move(seen);
  index_.clear();
  for (size_t i = 0; i < families_.size(); ++i) index_[families_[i].family] = i;
  lines_.clear();  // their families have other numbers now
  said_.clear();
  named_.clear();
}

}  // namespace pushpull
