#include "logic/resharder.hpp"

#include <fmt/format.h>

#include "routing/shard_of.hpp"
#include "storage/fault.hpp"

namespace florin {

Resharder::Resharder(const Id128& lineage, std::uint16_t shards, Sink sink)
    : shards_(shards), sink_(std::move(sink)) {
  for (std::uint16_t i = 0; i < shards; ++i) {
    targets_.push_back({empty_head(lineage, ShardIndex(i)), std::nullopt});
  }
}

ShardIndex Resharder::target_of(const Entry& entry) const {
  const ShardIndex shard = shard_of(entry.side().wallet, shards_);
  for (const Side& side : entry.sides) {
    if (shard_of(side.wallet, shards_) != shard) {
      refuse_store(
          fmt::format("entry {} (id {}) touches wallets {} and {}, which {} shards would part: this "
                      "version of florin cannot do that",
                      entry.sequence().value(), entry.command.id.view(), entry.side().wallet.view(),
                      side.wallet.view(), shards_));
    }
  }
  return shard;
}

void Resharder::take(const BatchHeader& header, std::vector<Entry> entries) {
  std::vector<ShardIndex> touched;
  for (Entry& entry : entries) {
    const ShardIndex shard = target_of(entry);
    if (!targets_[shard.value()].builder) {
      touched.push_back(shard);
    }
    add(shard, header, std::move(entry));
  }
  for (const ShardIndex shard : touched) {
    seal(shard);
  }
}

void Resharder::add(ShardIndex shard, const BatchHeader& old, Entry entry) {
  Target& target = targets_[shard.value()];
  if (target.head.header.ordinal == BatchOrdinal(0)) {
    emit(shard, BatchBuilder(next_header(target, RecordType::epoch, old)).seal());
  }
  // Sequences of other lengths may make an entry longer than it was.
  if (target.builder && target.builder->is_full()) {
    seal(shard);
  }
  if (!target.builder) {
    target.builder.emplace(next_header(target, RecordType::entries, old));
  }
  for (Side& side : entry.sides) {
    SequenceNumber& last = last_[side.wallet];
    side.previous = last;
    side.after.stands_at = target.builder->next_sequence();
    last = side.after.stands_at;
  }
  target.builder->add(entry);
}

BatchHeader Resharder::next_header(const Target& target, RecordType type, const BatchHeader& old) const {
  const BatchHeader& last = target.head.header;
  BatchHeader header = last;
  header.type = type;
  header.ordinal = last.ordinal.next();
  header.epoch = type == RecordType::epoch ? last.epoch.next() : last.epoch;
  header.incarnation = type == RecordType::epoch ? Incarnation(0) : old.incarnation;
  header.first_sequence = last.last_sequence.next();
  header.first_failure = last.last_failure.next();
  header.time = old.time;
  header.previous_hash = target.head.hash;
  return header;
}

void Resharder::seal(ShardIndex shard) {
  Target& target = targets_[shard.value()];
  BatchBuilder builder = std::move(*target.builder);
  target.builder.reset();
  emit(shard, std::move(builder).seal());
}

void Resharder::emit(ShardIndex shard, SealedRecord record) {
  targets_[shard.value()].head = {record.header, record.hash};
  sink_(shard, std::move(record));
}

}  // namespace florin
