#include "storage/lmdb.hpp"

#include <fmt/format.h>
#include <lmdb.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "storage/fault.hpp"
#include "storage/sync.hpp"

namespace florin::lmdb {

namespace {

/// What a failure before the commit means. Nothing has been written by then.
FaultKind kind_before_commit(int rc) {
  switch (rc) {
    case MDB_MAP_FULL:
    case MDB_TXN_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case ENOMEM: return FaultKind::no_space;
    default: return FaultKind::unknown_outcome;
  }
}

[[noreturn]] void fail(FaultKind kind, std::string_view call, int rc) {
  throw StoreFault(kind, fmt::format("{}: {}", call, mdb_strerror(rc)));
}

void check(int rc, std::string_view call) {
  if (rc != MDB_SUCCESS) {
    fail(kind_before_commit(rc), call, rc);
  }
}

MDB_val to_val(std::string_view bytes) {
  return {bytes.size(), const_cast<char*>(bytes.data())};
}

std::string_view to_view(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

}  // namespace

Txn::Txn(Env& env, unsigned flags) {
  check(mdb_txn_begin(env.env_, nullptr, flags, &txn_), "mdb_txn_begin");
}

Txn::~Txn() {
  if (txn_ != nullptr) {
    mdb_txn_abort(txn_);
  }
}

Txn::Txn(Txn&& other) noexcept : txn_(std::exchange(other.txn_, nullptr)) {}

std::optional<std::string_view> Txn::get(Table table, std::string_view key) const {
  MDB_val wanted = to_val(key);
  MDB_val found{};
  const int rc = mdb_get(txn_, table, &wanted, &found);
  if (rc == MDB_NOTFOUND) {
    return std::nullopt;
  }
  check(rc, "mdb_get");
  return to_view(found);
}

std::uint64_t Txn::count(Table table) const {
  MDB_stat stat{};
  check(mdb_stat(txn_, table, &stat), "mdb_stat");
  return stat.ms_entries;
}

ReadTxn::ReadTxn(Env& env) : Txn(env, MDB_RDONLY) {}

WriteTxn::WriteTxn(Env& env) : Txn(env, 0) {}

void WriteTxn::put_flags(Table table, std::string_view key, std::string_view value, unsigned flags) {
  MDB_val wanted = to_val(key);
  MDB_val data = to_val(value);
  check(mdb_put(txn_, table, &wanted, &data, flags), "mdb_put");
}

void WriteTxn::put(Table table, std::string_view key, std::string_view value) {
  put_flags(table, key, value, 0);
}

void WriteTxn::append(Table table, std::string_view key, std::string_view value) {
  put_flags(table, key, value, MDB_APPEND);
}

void WriteTxn::remove(Table table, std::string_view key) {
  MDB_val wanted = to_val(key);
  const int rc = mdb_del(txn_, table, &wanted, nullptr);
  if (rc != MDB_NOTFOUND) {
    check(rc, "mdb_del");
  }
}

void WriteTxn::clear(Table table) {
  check(mdb_drop(txn_, table, 0), "mdb_drop");
}

void WriteTxn::commit() && {
  const int rc = mdb_txn_commit(std::exchange(txn_, nullptr));
  if (rc == MDB_MAP_FULL) {  // found while the free list is saved, before the first page is written
    fail(FaultKind::no_space, "mdb_txn_commit", rc);
  }
  if (rc != MDB_SUCCESS) {  // a page, the sync or the meta page: LMDB does not say which
    fail(FaultKind::unknown_outcome, "mdb_txn_commit", rc);
  }
}

Cursor::Cursor(const Txn& txn, Table table) {
  check(mdb_cursor_open(txn.txn_, table, &cursor_), "mdb_cursor_open");
}

Cursor::~Cursor() {
  mdb_cursor_close(cursor_);
}

bool Cursor::move(int operation, std::string_view to) {
  MDB_val found_key = to_val(to);
  MDB_val found{};
  const int rc = mdb_cursor_get(cursor_, &found_key, &found, static_cast<MDB_cursor_op>(operation));
  if (rc == MDB_NOTFOUND) {
    return false;
  }
  check(rc, "mdb_cursor_get");
  key_ = to_view(found_key);
  value_ = to_view(found);
  return true;
}

bool Cursor::first() {
  return move(MDB_FIRST);
}
bool Cursor::last() {
  return move(MDB_LAST);
}
bool Cursor::next() {
  return move(MDB_NEXT);
}
bool Cursor::previous() {
  return move(MDB_PREV);
}

bool Cursor::seek(std::string_view key) {
  return key.empty() ? first() : move(MDB_SET_RANGE, key);
}

bool Cursor::seek_after(std::string_view key) {
  return seek(key) && (key_ != key || key.empty() || next());
}

Env::Env(const std::filesystem::path& directory, const EnvOptions& options) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) {
    refuse_store(fmt::format("cannot make the directory {}: {}", directory.string(), failed.message()));
  }
  check(mdb_env_create(&env_), "mdb_env_create");
  try {
    check(mdb_env_set_mapsize(env_, options.map_size_bytes), "mdb_env_set_mapsize");
    check(mdb_env_set_maxdbs(env_, options.tables_max), "mdb_env_set_maxdbs");
    check(mdb_env_set_maxreaders(env_, options.readers_max), "mdb_env_set_maxreaders");
    const int rc = mdb_env_open(env_, directory.c_str(), MDB_NOTLS, 0600);
    if (rc == MDB_INVALID || rc == MDB_VERSION_MISMATCH || rc == MDB_CORRUPTED) {
      refuse_store(fmt::format("{} is no LMDB file that can be read ({}): restore it from a backup",
                               (directory / "data.mdb").string(), mdb_strerror(rc)));
    }
    if (rc != MDB_SUCCESS) {
      throw StoreFault(FaultKind::unknown_outcome,
                       fmt::format("mdb_env_open {}: {}", directory.string(), mdb_strerror(rc)));
    }
    refuse_truncated(directory / "data.mdb");
    sync_directory(directory);
    sync_directory(std::filesystem::absolute(directory).parent_path());
    int dead = 0;
    check(mdb_reader_check(env_, &dead), "mdb_reader_check");
  } catch (...) {
    mdb_env_close(env_);
    throw;
  }
}

Env::~Env() {
  mdb_env_close(env_);
}

void Env::refuse_truncated(const std::filesystem::path& file) const {
  MDB_envinfo info{};
  MDB_stat stat{};
  check(mdb_env_info(env_, &info), "mdb_env_info");
  check(mdb_env_stat(env_, &stat), "mdb_env_stat");
  const std::uint64_t needed = (std::uint64_t{info.me_last_pgno} + 1) * stat.ms_psize;
  const std::uint64_t size = std::filesystem::file_size(file);
  if (size < needed) {
    refuse_store(fmt::format("{} is truncated: it has {} bytes and needs {}. Restore it from a backup",
                             file.string(), size, needed));
  }
}

Table Env::table(const char* name) {
  MDB_txn* txn = nullptr;
  check(mdb_txn_begin(env_, nullptr, 0, &txn), "mdb_txn_begin");
  Table table = 0;
  int rc = mdb_dbi_open(txn, name, 0, &table);
  const bool create = rc == MDB_NOTFOUND;
  if (create) {
    rc = mdb_dbi_open(txn, name, MDB_CREATE, &table);
  }
  if (rc != MDB_SUCCESS) {
    mdb_txn_abort(txn);
    check(rc, "mdb_dbi_open");
  }
  rc = mdb_txn_commit(txn);
  if (rc != MDB_SUCCESS) {
    fail(FaultKind::unknown_outcome, "mdb_txn_commit", rc);
  }
  return table;
}

EnvUse Env::use() const {
  MDB_envinfo info{};
  MDB_stat stat{};
  check(mdb_env_info(env_, &info), "mdb_env_info");
  check(mdb_env_stat(env_, &stat), "mdb_env_stat");
  return {info.me_mapsize, (std::uint64_t{info.me_last_pgno} + 1) * stat.ms_psize, info.me_numreaders};
}

}  // namespace florin::lmdb
