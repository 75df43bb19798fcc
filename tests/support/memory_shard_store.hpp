#pragma once

/// A shard's store in memory, for driving a shard by hand and for simulations: it can be told to fail.
///
/// A snapshot shares an immutable state; a commit copies that state, so this is for thousands of rows, not
/// for millions. Any thread may call it.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "storage/fault.hpp"
#include "storage/shard_store.hpp"

namespace florin::test {

/// What becomes of a batch whose commit is told to fail.
enum class Batch : std::uint8_t { lost, kept };

class MemoryShardStore : public ShardStore {
 public:
  MemoryShardStore(const Id128& lineage, ShardIndex shard);

  [[nodiscard]] std::unique_ptr<ShardSnapshot> snapshot() override;
  /// Holds the record to the chain before it takes it: a record that does not follow is our own bug.
  void commit(const Commit& commit) override;
  void reopen() override;

  /// The next commit throws a fault of this kind. After an unknown outcome the store stays closed until it is
  /// opened again, and the batch is there then or not.
  void fail_next_commit(FaultKind kind, Batch batch = Batch::lost);
  /// The next opening throws an unknown outcome.
  void fail_next_reopen() { fail_reopen_ = true; }

  [[nodiscard]] std::size_t commits() const { return commits_; }
  [[nodiscard]] std::size_t reopens() const { return reopens_; }
  [[nodiscard]] Head head() const;
  /// All records, in order.
  [[nodiscard]] std::vector<std::string> journal() const;

  struct Record {
    Head head;
    std::string bytes;
  };
  struct State {
    std::vector<std::shared_ptr<const Record>> records;
    std::map<std::string, WalletRow> wallets;
    std::map<std::string, IdRow> ids;
    Totals totals;
  };

 private:
  struct Fault {
    FaultKind kind;
    Batch batch;
  };

  void apply(const Commit& commit);

  const Id128 lineage_;
  const ShardIndex shard_;
  mutable std::mutex mutex_;
  std::shared_ptr<const State> state_;
  std::optional<Fault> fault_;
  bool fail_reopen_ = false;
  bool closed_ = false;
  std::size_t commits_ = 0;
  std::size_t reopens_ = 0;
};

}  // namespace florin::test
