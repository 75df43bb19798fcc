#pragma once

/// Writes a shard's journal into any store, batch by batch, the way the shard does.

#include <span>
#include <vector>

#include "logic/batch_decider.hpp"
#include "storage/shard_store.hpp"

namespace florin::test {

class JournalBuilder {
 public:
  explicit JournalBuilder(ShardStore& store);

  /// Commits an epoch record.
  void open_epoch();
  /// Decides the commands as one batch and commits it.
  void commit(std::span<const Command> commands);
  /// Commits the command as an `error`: recorded and not decided.
  void commit_error(const Command& command);
  /// Decides the command again, as an operator's redrive of its id.
  void redrive(const Command& command);
  /// Decides the commands as one batch and gives what would be committed.
  [[nodiscard]] DecidedBatch decided(std::span<const Command> commands);

  [[nodiscard]] Head head() const;

  TimeUs now{1'700'000'000'000'000};

 private:
  [[nodiscard]] BatchHeader next_header(RecordType type);

  ShardStore& store_;
};

}  // namespace florin::test
