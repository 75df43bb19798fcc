#pragma once

/// Which ids were used: the recent ones in memory, all others in chunks on the disk (id_chunk.hpp).
///
/// Both are parted by the first bits of the fingerprint. When the recent ones are as many as may be, the
/// partitions take turns: some of them write what they hold as one chunk and forget it, so many that the next
/// commits need no turn. Now and then a partition merges its chunks into the new one. By 4, for example:
///
///     cycle      0   1   2   3       4   5   6   7
///     chunk     [0] [0] [0] [  1  ] [0] [0] [0] [  1  ] ...   each fourth merge makes one of level 2
///
/// Partitions are not in step with each other, so that the work is spread over the commits. A filter in
/// memory answers for ids that are in no chunk, which nearly all are that anybody asks for.
///
/// What it finds are places where an id with this fingerprint was decided; the journal's entry there tells
/// whether it is this id. Plain memory, for one thread.

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "storage/id_chunk.hpp"
#include "storage/id_filter.hpp"
#include "storage/shard_disk.hpp"

namespace florin {

class IdIndex {
 public:
  struct Limits {
    std::size_t recent_max = 65'536;  ///< ids in memory
    std::uint16_t partitions = 2048;  ///< a power of two
    unsigned merged_by = 8;           ///< chunks of a level that become one of the next
    unsigned fingerprint_bits = 64;   ///< fewer only where ids are to meet
  };

  IdIndex(const Id128& secret, const Limits& limits);

  [[nodiscard]] Fingerprint fingerprint(IdNamespace id_namespace, const WalletId& wallet,
                                        const TransactionId& id) const {
    return fingerprinter_(id_namespace, wallet, id);
  }
  /// Appends where ids with this fingerprint were decided.
  void find(Fingerprint fingerprint, const DiskSnapshot& disk, std::vector<SequenceNumber>& found) const;

  struct Turn {
    std::vector<std::pair<ChunkKey, std::string>> new_chunks;
    std::vector<ChunkKey> old_chunks;
    struct Written {
      std::uint16_t partition = 0;
      IdFilter filter;  ///< of its chunks from then on
    };
    std::vector<Written> written;
    std::uint16_t next_partition = 0;
    std::uint64_t cycle = 0;
    BatchOrdinal ids_at;
  };
  /// What is written with a commit that adds so many, when the last record is `head`. None of those it adds
  /// is among them.
  [[nodiscard]] Turn next_turn(const DiskSnapshot& disk, std::size_t more, BatchOrdinal head) const;
  /// The record is durable, and with it what was written.
  void committed(const Turn& turn, BatchOrdinal head_before, std::span<const StoredId> added);

  /// Empties it and makes the filters of what is on the disk. Then come the ids of the records behind the
  /// mark.
  void begin(const DiskSnapshot& disk);
  void recover(const StoredId& id);

 private:
  struct Partition {
    absl::flat_hash_map<std::uint64_t, SequenceNumber> ids;
    /// Those whose fingerprint another recent id has already.
    std::multimap<std::uint64_t, SequenceNumber> others;
    IdFilter filter;          ///< of its chunks
    BatchOrdinal written_at;  ///< its chunks hold all its ids of records up to here

    [[nodiscard]] std::size_t size() const { return ids.size() + others.size(); }
  };

  [[nodiscard]] std::uint16_t partition_of(Fingerprint fingerprint) const;
  void give_turn(std::uint16_t number, std::uint64_t cycle, const DiskSnapshot& disk, Turn& turn) const;
  /// That of the partition, or one twice as large as it needs to be where it is full.
  [[nodiscard]] IdFilter roomy_filter(std::uint16_t number, std::size_t more, const DiskSnapshot& disk) const;
  void check_partition(std::uint16_t number) const;
  /// Of the partition's next chunk. Those of lower levels go into it.
  [[nodiscard]] std::uint8_t merge_level(std::uint16_t number, std::uint64_t cycle) const;

  const Limits limits_;
  const Fingerprinter fingerprinter_;
  const unsigned shift_;
  std::vector<Partition> partitions_;
  std::size_t recent_ = 0;
  std::uint16_t next_partition_ = 0;
  std::uint64_t cycle_ = 0;
};

}  // namespace florin
