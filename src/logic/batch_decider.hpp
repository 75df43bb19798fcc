#pragma once

/// Decides the commands of one batch on top of a consistent moment of the store. What it has decided is seen
/// by the next command of the batch, and by nobody else until the batch is committed.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ledger/decide.hpp"
#include "logic/place_table.hpp"
#include "protocol/batch_record.hpp"
#include "storage/shard_store.hpp"

namespace florin {

/// Whether a redrive of this command is decided where the id's newest entry is `original`. A fault decides
/// nothing about money, so the same id may be decided after all.
[[nodiscard]] bool may_be_redriven(const Entry& original, const Command& command);

/// A batch ready to be committed.
struct DecidedBatch {
  SealedRecord record;
  std::vector<WalletRow> wallets;  ///< in the order in which they were touched first
  std::vector<IdRow> ids;
  Totals totals;
  std::vector<Entry> entries;
};

class BatchDecider {
 public:
  /// `header` as BatchBuilder takes it; its time is the decided time of every entry of the batch. `totals`
  /// are those before the batch. `expected` is how many commands there are to decide, about, and `before` a
  /// batch whose memory is used again.
  BatchDecider(const ShardSnapshot& snapshot, const BatchHeader& header, Totals totals,
               std::size_t expected = 0, DecidedBatch before = {});

  /// The id was used before: its newest entry. Whether the content is the same is for the caller to say.
  struct Repeated {
    Entry original;
  };
  struct Decided {
    const Entry& entry;  ///< valid until the next call
  };
  /// With `redrive` an id whose newest entry is an `error` of the same content is decided, as its next
  /// attempt.
  [[nodiscard]] std::variant<Decided, Repeated> decide(const Command& command, const Provenance& provenance,
                                                       bool redrive = false);

  /// As decide(), of a command that must not be decided: it is recorded as an error.
  [[nodiscard]] std::variant<Decided, Repeated> set_aside(const Command& command,
                                                          const Provenance& provenance, bool redrive = false);

  [[nodiscard]] bool is_full() const { return builder_.is_full(); }
  [[nodiscard]] bool empty() const { return builder_.empty(); }
  [[nodiscard]] DecidedBatch finish() &&;

 private:
  using Rule = Decision (*)(const Command& command, const WalletState& before);
  [[nodiscard]] std::variant<Decided, Repeated> record(const Command& command, const Provenance& provenance,
                                                       bool redrive, Rule rule);
  [[nodiscard]] std::optional<Entry> find_original(const Command& command, std::size_t hash) const;
  /// The newest entry of this batch with the command's id; nothing where there is none.
  [[nodiscard]] const Entry* find_here(const Command& command, std::size_t hash) const;
  /// Valid until the next call.
  [[nodiscard]] WalletState& wallet(const WalletId& id);

  const ShardSnapshot& snapshot_;
  BatchBuilder builder_;
  Totals totals_;
  std::vector<Entry> entries_;
  PlaceTable entry_places_;  ///< by wallet and id
  std::vector<IdRow> ids_;
  std::vector<WalletRow> wallets_;  ///< touched by this batch, as they stand now
  PlaceTable wallet_places_;
};

}  // namespace florin
