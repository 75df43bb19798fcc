#pragma once

/// LMDB in a few classes that clean up after themselves. Every failure is a StoreFault that names the call.
///
/// Default flags with full sync, always: a commit that returned is on the disk. Read transactions are kept
/// short (one page of an answer), because a long one keeps old pages from being used again.
///
/// Only this folder knows LMDB. An environment must be opened once in a process; whoever opens it holds the
/// directory's lock (directory_lock.hpp).

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

namespace florin::lmdb {

/// A table within an environment.
using Table = unsigned int;

class Env;

class Txn {
 public:
  Txn(const Txn&) = delete;
  Txn& operator=(const Txn&) = delete;

  /// The value lives until the transaction ends or writes.
  [[nodiscard]] std::optional<std::string_view> get(Table table, std::string_view key) const;
  [[nodiscard]] std::uint64_t count(Table table) const;

 protected:
  Txn(Env& env, unsigned flags);
  ~Txn();
  Txn(Txn&& other) noexcept;

  MDB_txn* txn_ = nullptr;
  friend class Cursor;
};

class ReadTxn : public Txn {
 public:
  explicit ReadTxn(Env& env);
  ReadTxn(ReadTxn&&) noexcept = default;
};

/// Destroying it without a commit rolls it back.
class WriteTxn : public Txn {
 public:
  explicit WriteTxn(Env& env);

  void put(Table table, std::string_view key, std::string_view value);
  /// The key is behind every key of the table.
  void append(Table table, std::string_view key, std::string_view value);
  void remove(Table table, std::string_view key);
  void clear(Table table);
  /// Durable once it returns. A failure leaves the outcome unknown, save that the map was full.
  void commit() &&;

 private:
  void put_flags(Table table, std::string_view key, std::string_view value, unsigned flags);
};

/// Walks a table in key order. Each move says whether it found something; key() and value() are then valid
/// as long as the transaction's values are.
class Cursor {
 public:
  Cursor(const Txn& txn, Table table);
  ~Cursor();
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  [[nodiscard]] bool first();
  [[nodiscard]] bool last();
  [[nodiscard]] bool next();
  [[nodiscard]] bool previous();
  /// To the first key that is not before `key`.
  [[nodiscard]] bool seek(std::string_view key);
  /// To the first key behind `key`.
  [[nodiscard]] bool seek_after(std::string_view key);

  [[nodiscard]] std::string_view key() const { return key_; }
  [[nodiscard]] std::string_view value() const { return value_; }

 private:
  [[nodiscard]] bool move(int operation, std::string_view to = {});

  MDB_cursor* cursor_ = nullptr;
  std::string_view key_;
  std::string_view value_;
};

struct EnvOptions {
  std::uint64_t map_size_bytes = std::uint64_t{64} << 30U;
  unsigned tables_max = 16;
  unsigned readers_max = 64;
};

/// What an operator wants to know of an environment.
struct EnvUse {
  std::uint64_t map_size_bytes = 0;
  std::uint64_t used_bytes = 0;  ///< up to the last page in use
  std::uint64_t readers = 0;
};

class Env {
 public:
  /// Creates the directory and the environment where there is none. Refuses a file that is shorter than its
  /// own meta page says (reading past its end would kill the process), and clears readers that have died.
  Env(const std::filesystem::path& directory, const EnvOptions& options);
  ~Env();
  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;

  /// Opens or creates a table. Before any other transaction.
  [[nodiscard]] Table table(const char* name);
  [[nodiscard]] EnvUse use() const;

 private:
  void refuse_truncated(const std::filesystem::path& file) const;

  MDB_env* env_ = nullptr;
  friend class Txn;
};

}  // namespace florin::lmdb
