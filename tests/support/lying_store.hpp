#pragma once

/// A shard's store with a bug planted in it: what harnesses must catch.

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/shard_store.hpp"

namespace florin::test {

/// Passes everything on, but for what the lies change. An empty lie tells the truth.
class LyingStore : public ShardStore {
 public:
  struct Lies {
    /// What a snapshot says of a wallet, given the truth and the journal's head.
    std::function<std::optional<WalletState>(std::optional<WalletState>, const Head&)> wallet;
    /// Where a snapshot finds an id (by its key), given the truth.
    std::function<std::optional<SequenceNumber>(std::optional<SequenceNumber>, std::string_view)> found_id;
    /// Which rows of a commit are really stored.
    std::function<std::vector<WalletRow>(std::span<const WalletRow>, const BatchHeader&)> stored_wallets;
    /// Which ids of a commit are remembered.
    std::function<std::vector<IdRow>(std::span<const IdRow>, const BatchHeader&)> stored_ids;
    /// What is stored as totals.
    std::function<Totals(Totals, const BatchHeader&)> stored_totals;
  };

  LyingStore(std::unique_ptr<ShardStore> honest, Lies lies)
      : honest_(std::move(honest)), lies_(std::move(lies)) {}

  [[nodiscard]] std::unique_ptr<ShardSnapshot> snapshot() override;
  void commit(const Commit& commit) override;
  void reopen() override { honest_->reopen(); }

 private:
  std::unique_ptr<ShardStore> honest_;
  Lies lies_;
};

}  // namespace florin::test
