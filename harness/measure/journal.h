// An append-only file of entries, one per role. What was flushed survives the end of the process,
// however it ends (not the end of the machine: nothing is fsynced). See README.md for the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/measure/journal_entry.h"

namespace pushpull {

// Single-threaded; one writer per file.
class JournalWriter {
 public:
  // Creates the file, or continues it behind its last whole entry: what follows is cut off.
  static Result<JournalWriter> open(const std::string& path);
  JournalWriter(JournalWriter&& other) noexcept;
  JournalWriter& operator=(JournalWriter&&) = delete;
  ~JournalWriter();  // flushes

  // Buffers the entry; a large buffer is flushed.
  void append(const journal::Entry& entry);
  // Hands everything appended so far to the operating system, in one write where it takes one.
  // The first failure is the answer to every later call, and what was appended since is lost.
  Status flush();

 private:
  JournalWriter(std::string path, int file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  int file_;
  std::string buffer_;
  Status status_;
};

// Reads a file that may still grow, or that ends in the middle of an entry.
class JournalReader {
 public:
  static Result<JournalReader> open(const std::string& path);
  JournalReader(JournalReader&& other) noexcept;
  JournalReader& operator=(JournalReader&&) = delete;
  ~JournalReader();

  // The next whole entry; nothing at the end of the file or at the first entry that is torn or
  // damaged. May be called again when the file has grown.
  std::optional<journal::Entry> next();
  // Size of the file up to the last entry that next() gave (0: not even the start is there).
  int64_t position() const { return position_; }
  // Bytes of the file behind position(): no whole entry, once next() gave nothing.
  int64_t ignored_bytes() const;

 private:
  explicit JournalReader(int file) : file_(file) {}
  std::optional<journal::Entry> read_entry();
  bool read_magic();
  // The next `size` bytes, if the file has them; valid until the next call. take() moves past them.
  std::optional<std::string_view> peek(size_t size);
  void take(size_t size);
  // Reads on behind the buffer; false at the end of the file.
  bool fill();

  int file_;
  int64_t position_ = 0;
  std::string buffer_;  // of the file, from position_ - consumed_ on
  size_t consumed_ = 0;
};

}  // namespace pushpull
