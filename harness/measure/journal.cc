#include "harness/measure/journal.h"

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {

namespace {

// File: the magic, then frames of {u32 size, u32 checksum, `size` bytes: one entry}.
constexpr std::string_view kMagic = "ppjrnl1\n";  // 1 is the version
constexpr size_t kFrameHead = 8;
constexpr size_t kMaxEntry = 4096;
constexpr size_t kFlushAt = 64 * 1024;
constexpr size_t kReadSize = 64 * 1024;

uint32_t checksum(std::string_view entry) {
  return static_cast<uint32_t>(XXH3_64bits(entry.data(), entry.size()));
}

void append_u32(std::string& out, uint32_t value) {
  for (int i = 0; i < 4; ++i, value >>= 8) out += static_cast<char>(value & 0xff);
}

uint32_t read_u32(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

Error file_error(std::string_view doing, const std::string& path) {
  return Error{"cannot " + std::string(doing) + " journal " + path + ": " + std::strerror(errno)};
}

Status write_all(int file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_error("write", path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

// Where the next entry of an existing file belongs.
Result<int64_t> end_of_entries(const std::string& path) {
  Result<JournalReader> reader = JournalReader::open(path);
  if (!reader) return reader.error();
  while (reader->next()) {
  }
  return reader->position();
}

}  // namespace

Result<JournalWriter> JournalWriter::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return file_error("create", path);
  JournalWriter writer(path, file);
  const Result<int64_t> end = end_of_entries(path);
  if (!end) return end.error();
  if (::ftruncate(file, *end) != 0) return file_error("cut", path);
  if (*end == 0) writer.buffer_ = kMagic;
  if (Status status = writer.flush(); !status) return status.error();
  return writer;
}

JournalWriter::JournalWriter(JournalWriter&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      buffer_(std::exchange(other.buffer_, {})),
      status_(std::move(other.status_)) {}

JournalWriter::~JournalWriter() {
  if (file_ < 0) return;
  static_cast<void>(flush());
  ::close(file_);
}

void JournalWriter::append(const journal::Entry& entry) {
  const size_t frame = buffer_.size();
  buffer_.append(kFrameHead, '\0');
  journal::encode(entry, buffer_);
  const std::string_view bytes = std::string_view(buffer_).substr(frame + kFrameHead);
  CHECK(bytes.size() <= kMaxEntry) << bytes.size();
  std::string head;
  append_u32(head, static_cast<uint32_t>(bytes.size()));
  append_u32(head, checksum(bytes));
  buffer_.replace(frame, kFrameHead, head);
  if (buffer_.size() >= kFlushAt) static_cast<void>(flush());
}

Status JournalWriter::flush() {
  if (status_) status_ = write_all(file_, buffer_, path_);
  buffer_.clear();
  return status_;
}

Result<JournalReader> JournalReader::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return file_error("open", path);
  JournalReader reader(file);
  static_cast<void>(reader.read_magic());
  const std::string_view start = std::string_view(reader.buffer_).substr(0, kMagic.size());
  if (start != kMagic.substr(0, start.size())) {
    return Error{path + " is not a journal of this version: it was not written by this pushpull"};
  }
  return reader;
}

JournalReader::JournalReader(JournalReader&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      position_(other.position_),
      buffer_(std::move(other.buffer_)),
      consumed_(other.consumed_) {}

JournalReader::~JournalReader() {
  if (file_ >= 0) ::close(file_);
}

std::optional<journal::Entry> JournalReader::next() {
  std::optional<journal::Entry> entry = read_entry();
  // A torn end may be cut off and written anew before the next call: nothing of it is kept.
  if (!entry) buffer_.resize(consumed_);
  return entry;
}

int64_t JournalReader::ignored_bytes() const {
  return std::max<int64_t>(::lseek(file_, 0, SEEK_END) - position_, 0);
}

std::optional<journal::Entry> JournalReader::read_entry() {
  if (position_ == 0 && !read_magic()) return std::nullopt;
  const auto head = peek(kFrameHead);
  if (!head) return std::nullopt;
  const size_t size = read_u32(*head);
  const uint32_t sum = read_u32(head->substr(4));
  if (size > kMaxEntry) return std::nullopt;
  const auto frame = peek(kFrameHead + size);
  if (!frame) return std::nullopt;
  const std::string_view bytes = frame->substr(kFrameHead);
  if (checksum(bytes) != sum) return std::nullopt;
  std::optional<journal::Entry> entry = journal::decode(bytes);
  if (entry) take(kFrameHead + size);
  return entry;
}

bool JournalReader::read_magic() {
  if (peek(kMagic.size()) != kMagic) return false;
  take(kMagic.size());
  return true;
}

std::optional<std::string_view> JournalReader::peek(size_t size) {
  while (buffer_.size() - consumed_ < size) {
    if (!fill()) return std::nullopt;
  }
  return std::string_view(buffer_).substr(consumed_, size);
}

void JournalReader::take(size_t size) {
  consumed_ += size;
  position_ += static_cast<int64_t>(size);
}

bool JournalReader::fill() {
  buffer_.erase(0, std::exchange(consumed_, 0));
  const size_t before = buffer_.size();
  buffer_.resize(before + kReadSize);
  ssize_t got = 0;
  do {
    got = ::pread(file_, buffer_.data() + before, kReadSize,
                  position_ + static_cast<int64_t>(before));
  } while (got < 0 && errno == EINTR);
  buffer_.resize(before + static_cast<size_t>(std::max<ssize_t>(got, 0)));
  return got > 0;
}

}  // namespace pushpull
