#pragma once

/// The one way in which tools reach stores: a running owner is asked over its socket, a stopped store is
/// opened under its lock. Which of the two it is, the lock tells.

#include <map>
#include <memory>
#include <string>

#include "client/query_client.hpp"
#include "logic/fold.hpp"
#include "logic/queries.hpp"
#include "logic/verification.hpp"
#include "runtime/config.hpp"
#include "storage/data_directory.hpp"
#include "storage/directory_lock.hpp"
#include "storage/lmdb_shard_store.hpp"

namespace florin {

class StoreAccess {
 public:
  /// `purpose` is how much a stopped shard's tables must be in order to be opened.
  StoreAccess(const Config& config, std::string role, OpenFor purpose = OpenFor::use);
  ~StoreAccess();

  [[nodiscard]] Result<std::string> ask(const Owner& owner, QueryKind kind, std::string_view parameters);
  [[nodiscard]] Asker asker();
  /// Handles a dead letter, in the running sink or in the store of a stopped one.
  [[nodiscard]] Result<Letter> tell(const Handle& handle);
  /// Whether the owner runs, in this or another process.
  [[nodiscard]] bool is_live(const Owner& owner);
  /// Gives back the lock of an owner that is stopped and was asked, so that it can start: whoever waits for
  /// it gets it. The owner can be asked again.
  void release(const Owner& owner);
  [[nodiscard]] const StoreFacts& facts() const { return data_.facts(); }
  [[nodiscard]] ShardIndex shard_of_wallet(const WalletId& wallet) const;

 private:
  struct Stopped;
  [[nodiscard]] std::string endpoint(const Owner& owner) const;
  [[nodiscard]] std::filesystem::path directory(const Owner& owner) const;
  /// The opened store where the owner is stopped, else nothing.
  [[nodiscard]] Stopped* stopped(const Owner& owner);
  void index_inbox(InboxIndex& index) const;

  const Config config_;
  const std::string role_;
  const OpenFor purpose_;
  DataDirectory data_;
  QueryClient client_;
  std::map<std::string, std::unique_ptr<Stopped>> opened_;
  std::uint64_t next_request_ = 1;
};

/// A shard's journal, page by page. Throws StoreFault where it cannot be read. `access` must outlive it.
[[nodiscard]] RecordSource record_source(StoreAccess& access, ShardIndex shard);

}  // namespace florin
