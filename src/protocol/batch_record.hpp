#pragma once

/// The journal's record: what one commit decided, chained to the record before it. The same bytes are the
/// value in LMDB, the event on the PUB socket and the unit of replay.
///
///     [format, type, lineage, shard, ordinal, epoch, incarnation,
///      first sequence, last sequence, first failure, last failure,
///      time, previous hash, [entry, ...], hash]
///
/// `hash` = BLAKE2b over all bytes before it (its own head included in what is left out: the last 34 bytes).
/// Where a record holds no entries or no failures, the last of the pair is the first minus one.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/strong.hpp"
#include "protocol/entry.hpp"
#include "protocol/problem.hpp"
#include "protocol/writer.hpp"

namespace florin {

inline constexpr std::uint64_t kJournalFormat = 1;
/// No record is larger. A batch is closed while its next entry surely still fits.
inline constexpr std::size_t kRecordSizeMax = std::size_t{512} * 1024;

enum class RecordType : std::uint8_t { entries = 1, epoch = 2 };

struct BatchHeader {
  RecordType type = RecordType::entries;
  Id128 lineage;
  ShardIndex shard;
  BatchOrdinal ordinal;
  Epoch epoch;
  Incarnation incarnation;  ///< of the router whose commands these were; 0 in an epoch record
  SequenceNumber first_sequence;
  SequenceNumber last_sequence;
  FailureSequence first_failure;
  FailureSequence last_failure;
  TimeUs time;  ///< decided time of the batch; never runs backwards along a journal
  Digest previous_hash;

  bool operator==(const BatchHeader&) const = default;

  [[nodiscard]] std::uint64_t entry_count() const {
    return last_sequence.value() + 1 - first_sequence.value();
  }
  [[nodiscard]] std::uint64_t failure_count() const {
    return last_failure.value() + 1 - first_failure.value();
  }
};

/// A finished record.
struct SealedRecord {
  BatchHeader header;
  Digest hash;
  std::string bytes;
};

/// Collects the entries of one batch.
class BatchBuilder {
 public:
  /// The caller fills everything of `header` that is known beforehand; last_sequence and last_failure follow
  /// from the entries added.
  explicit BatchBuilder(const BatchHeader& header);

  /// The entry's sides already stand at `next_sequence()`.
  void add(const Entry& entry);
  [[nodiscard]] SequenceNumber next_sequence() const { return header_.last_sequence.next(); }
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] bool empty() const { return header_.entry_count() == 0; }
  [[nodiscard]] TimeUs time() const { return header_.time; }
  [[nodiscard]] SealedRecord seal() &&;

 private:
  BatchHeader header_;
  Writer entries_;
};

/// A record read back. Views into the bytes it was read from.
struct BatchRecord {
  BatchHeader header;
  Digest hash;
  std::string_view packed_entries;

  /// Decodes all entries. As many of them are failures as the header says, or it is a problem.
  /// `memory` is used for them.
  [[nodiscard]] Result<std::vector<Entry>> entries(HashCheck content = HashCheck::full,
                                                   std::vector<Entry> memory = {}) const;
  /// The same for the failures alone; of the others only the outcome is read.
  [[nodiscard]] Result<std::vector<Entry>> failures(HashCheck content = HashCheck::full) const;

 private:
  /// Nothing follows the last entry, and as many failures were found as the header says.
  [[nodiscard]] Result<void> check_end(Reader& reader, std::uint64_t failures) const;
};

/// Where each entry of a record begins, for whoever wants several of them: a wallet's history visits a record
/// of thousands once for each of its rows. Views into the bytes that the record was read from.
class EntryIndex {
 public:
  explicit EntryIndex(const BatchRecord& record);

  [[nodiscard]] bool holds(SequenceNumber sequence) const;
  [[nodiscard]] TimeUs time() const { return header_.time; }
  /// Decodes the entry at `sequence`, which it must hold.
  [[nodiscard]] Result<Entry> entry(SequenceNumber sequence) const;

 private:
  BatchHeader header_;
  std::vector<std::string_view> packed_;  ///< by position in the record; fewer where one cannot be skipped
  std::optional<Problem> problem_;        ///< why
};

/// Reads the header and finds the entries; checks the hash unless told that the bytes were checked before.
[[nodiscard]] Result<BatchRecord> read_record(std::string_view bytes, HashCheck check = HashCheck::full);

/// Whether `next` may stand behind a record with this header and hash: ordinal, sequences, lineage, shard,
/// epoch, time and previous hash. Says what does not fit.
[[nodiscard]] Result<void> check_link(const BatchHeader& before, const Digest& hash_before,
                                      const BatchHeader& next);

/// The state "before the first record" of a shard: ordinal 0, sequences 0, a previous hash of zeros.
[[nodiscard]] BatchHeader genesis(const Id128& lineage, ShardIndex shard);

}  // namespace florin
