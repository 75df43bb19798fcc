#include "storage/id_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/invariant.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

constexpr std::uint8_t kLevelMax = 8;
/// When partitions have their turn, this part of what may be in memory becomes free, at least. Neighbours
/// share pages, and the commits until the next turn write none of theirs.
constexpr std::size_t kTurnPart = 64;

void add_chunk(IdFilter& filter, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size() / kStoredIdBytes; ++i) {
    filter.add(id_in_chunk(bytes, i).fingerprint);
  }
}

}  // namespace

IdIndex::IdIndex(const Id128& secret, const Limits& limits)
    : limits_(limits),
      fingerprinter_(secret, limits.fingerprint_bits),
      shift_(64U - static_cast<unsigned>(std::countr_zero(limits.partitions))),
      partitions_(limits.partitions) {
  invariant(std::has_single_bit(limits.partitions) && limits.partitions > 1, "partitions are a power of two");
}

std::uint16_t IdIndex::partition_of(Fingerprint fingerprint) const {
  return static_cast<std::uint16_t>(fingerprint.value >> shift_);
}

void IdIndex::find(Fingerprint fingerprint, const DiskSnapshot& disk,
                   std::vector<SequenceNumber>& found) const {
  const std::uint16_t number = partition_of(fingerprint);
  const Partition& partition = partitions_[number];
  if (const auto recent = partition.ids.find(fingerprint.value); recent != partition.ids.end()) {
    found.push_back(recent->second);
    const auto [first, last] = partition.others.equal_range(fingerprint.value);
    std::transform(first, last, std::back_inserter(found), [](const auto& other) { return other.second; });
  }
  if (partition.filter.may_hold(fingerprint)) {
    disk.chunks(number,
                [&](const ChunkKey&, std::string_view bytes) { find_in_chunk(bytes, fingerprint, found); });
  }
}

IdIndex::Turn IdIndex::next_turn(const DiskSnapshot& disk, std::size_t more, BatchOrdinal head) const {
  Turn turn;
  turn.next_partition = next_partition_;
  turn.cycle = cycle_;
  std::size_t left = recent_;
  const std::size_t kept = left + more > limits_.recent_max
                               ? limits_.recent_max - limits_.recent_max / kTurnPart
                               : limits_.recent_max;
  while (left > 0 && left + more > kept && turn.written.size() < partitions_.size()) {
    left -= partitions_[turn.next_partition].size();
    give_turn(turn.next_partition, turn.cycle, disk, turn);
    turn.next_partition = static_cast<std::uint16_t>((turn.next_partition + 1U) % partitions_.size());
    turn.cycle += turn.next_partition == 0 ? 1 : 0;
  }
  // The partition whose turn is next is the one that has waited longest.
  turn.ids_at =
      turn.written.size() == partitions_.size() ? head : partitions_[turn.next_partition].written_at;
  return turn;
}

void IdIndex::give_turn(std::uint16_t number, std::uint64_t cycle, const DiskSnapshot& disk,
                        Turn& turn) const {
  const Partition& partition = partitions_[number];
  std::vector<StoredId> ids;
  ids.reserve(partition.size());
  for (const auto& [fingerprint, sequence] : partition.ids) {
    ids.push_back({{fingerprint}, sequence});
  }
  for (const auto& [fingerprint, sequence] : partition.others) {
    ids.push_back({{fingerprint}, sequence});
  }
  IdFilter filter = roomy_filter(number, ids.size(), disk);
  for (const StoredId& id : ids) {
    filter.add(id.fingerprint);
  }
  turn.written.push_back({number, std::move(filter)});
  const std::uint8_t level = merge_level(number, cycle);
  if (level > 0) {
    disk.chunks(number, [&](const ChunkKey& key, std::string_view bytes) {
      if (key.level >= level) {
        return;
      }
      for (std::size_t i = 0; i < bytes.size() / kStoredIdBytes; ++i) {
        ids.push_back(id_in_chunk(bytes, i));
      }
      turn.old_chunks.push_back(key);
    });
  }
  if (ids.empty()) {
    return;
  }
  std::sort(ids.begin(), ids.end());
  // One that was written and refolded after a restart is there twice.
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  turn.new_chunks.emplace_back(ChunkKey{number, level, cycle}, pack_chunk(ids));
}

IdFilter IdIndex::roomy_filter(std::uint16_t number, std::size_t more, const DiskSnapshot& disk) const {
  IdFilter filter = partitions_[number].filter;
  if (filter.has_room(more)) {
    return filter;
  }
  std::size_t stored = 0;
  disk.chunks(number,
              [&](const ChunkKey&, std::string_view bytes) { stored += bytes.size() / kStoredIdBytes; });
  filter.reset(2 * (stored + more));
  disk.chunks(number, [&](const ChunkKey&, std::string_view bytes) { add_chunk(filter, bytes); });
  return filter;
}

std::uint8_t IdIndex::merge_level(std::uint16_t number, std::uint64_t cycle) const {
  std::uint64_t turns = cycle + number % limits_.merged_by + 1;  // so that they are not in step
  std::uint8_t level = 0;
  for (; turns % limits_.merged_by == 0 && level < kLevelMax; turns /= limits_.merged_by) {
    ++level;
  }
  return level;
}

void IdIndex::committed(const Turn& turn, BatchOrdinal head_before, std::span<const StoredId> added) {
  for (const Turn::Written& written : turn.written) {
    Partition& partition = partitions_[written.partition];
    recent_ -= partition.size();
    partition.ids.clear();
    partition.others.clear();
    partition.filter = written.filter;
    partition.written_at = head_before;
  }
  next_partition_ = turn.next_partition;
  cycle_ = turn.cycle;
  for (const StoredId& id : added) {
    recover(id);
  }
}

void IdIndex::check_partition(std::uint16_t number) const {
  if (number >= partitions_.size()) {
    refuse_store(fmt::format(
        "the index of ids is damaged: it has no partition {}. Stop florin and run `florin rebuild`", number));
  }
}

void IdIndex::begin(const DiskSnapshot& disk) {
  const DerivedMark mark = disk.mark();
  check_partition(mark.next_partition);
  std::vector<std::size_t> stored(partitions_.size());
  disk.chunks({}, [&](const ChunkKey& key, std::string_view bytes) {
    check_partition(key.partition);
    stored[key.partition] += bytes.size() / kStoredIdBytes;
  });
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    partitions_[i] = Partition();
    partitions_[i].written_at = mark.ids_at;
    if (stored[i] > 0) {
      partitions_[i].filter.reset(2 * stored[i]);
    }
  }
  disk.chunks({}, [&](const ChunkKey& key, std::string_view bytes) {
    add_chunk(partitions_[key.partition].filter, bytes);
  });
  recent_ = 0;
  next_partition_ = mark.next_partition;
  cycle_ = mark.cycle;
}

void IdIndex::recover(const StoredId& id) {
  Partition& partition = partitions_[partition_of(id.fingerprint)];
  const auto [first, inserted] = partition.ids.try_emplace(id.fingerprint.value, id.sequence);
  if (!inserted) {
    partition.others.emplace(id.fingerprint.value, id.sequence);
  }
  ++recent_;
}

}  // namespace florin
