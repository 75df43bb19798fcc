#pragma once

/// Data directories with a history in them, on a real disk and with nobody running, and what they hold.

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "logic/inbox_index.hpp"
#include "logic/reshard.hpp"
#include "logic/verification.hpp"
#include "storage/lmdb_consumer_stores.hpp"
#include "tests/support/cluster.hpp"

namespace florin::test {

/// Makes a data directory of the lineage test_lineage() and runs the commands on it, through a router and
/// its shards; and refuses `refused` messages.
void fill_store(const std::filesystem::path& directory, std::uint16_t shards,
                std::span<const TracedCommand> commands, std::size_t refused = 0);

/// What must survive: sequences and links between a wallet's entries are left out.
struct Books {
  std::map<std::string, WalletState> wallets;
  std::map<std::pair<std::string, std::string>, Entry> entries;  ///< by wallet and id
  Totals totals;
  std::vector<RefusedRecord> refused;

  bool operator==(const Books&) const = default;
};

/// A stopped data directory, opened. Its owners can be asked.
class StoppedNode {
 public:
  explicit StoppedNode(const std::filesystem::path& directory);

  [[nodiscard]] const DataDirectory& data() const { return data_; }
  [[nodiscard]] const StoppedStores& stores() const { return stores_; }
  [[nodiscard]] Asker asker();
  [[nodiscard]] Books books() const;
  /// What `florin verify` finds; consumers are not there.
  [[nodiscard]] VerificationReport verify();

 private:
  DataDirectory data_;
  LmdbRefusedLog refused_;
  InboxIndex inbox_;  ///< with nothing in it
  StoppedStores stores_;
};

}  // namespace florin::test
