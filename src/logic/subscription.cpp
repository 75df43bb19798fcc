#include "logic/subscription.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/wait.hpp"
#include "protocol/reader.hpp"

namespace florin {

namespace {

/// What restored and resharded stores say to who followed the one before.
constexpr std::string_view kAnotherLineage =
    "is of another lineage (restored or resharded): stop, move this consumer's directory away and start, so "
    "that it is derived anew";

/// Stands for "the record at this position" where its header is no longer at hand: only what a position
/// holds is compared until the first record has been taken.
BatchHeader header_at(const Position& position) {
  BatchHeader header = genesis(position.lineage, position.shard);
  header.ordinal = position.ordinal;
  header.last_sequence = position.sequence;
  return header;
}

/// Why `record` cannot stand behind the position; empty where it can.
std::string chain_problem(const BatchHeader& last, const Digest& hash, const BatchRecord& record) {
  const BatchHeader& next = record.header;
  if (next.lineage != last.lineage) {
    return fmt::format("the shard {}", kAnotherLineage);
  }
  if (next.previous_hash != hash || next.first_sequence != last.last_sequence.next()) {
    return fmt::format("record {} does not continue the chain at this position", next.ordinal.value());
  }
  return {};
}

}  // namespace

Subscription::Subscription(std::uint16_t shards, const Id128& lineage, const std::vector<Position>& stored,
                           const SubscriptionSettings& settings, RecordHandler& handler)
    : settings_(settings), lineage_(lineage), handler_(handler), shards_(shards) {
  restart(stored);
}

void Subscription::restart(const std::vector<Position>& stored) {
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    shards_[i] = Shard{};
    shards_[i].first_request = next_request_;
    shards_[i].last = header_at({lineage_, ShardIndex(static_cast<std::uint16_t>(i)), {}, {}, {}});
  }
  for (const Position& position : stored) {
    if (Shard* shard = find(position.shard)) {
      shard->last = header_at(position);
      shard->hash = position.hash;
      shard->known_head = position.ordinal;
      if (position.lineage != lineage_) {
        shard->diverged = fmt::format("the stored position {}", kAnotherLineage);
      }
    }
  }
}

Subscription::Shard* Subscription::find(ShardIndex shard) {
  return shard.value() < shards_.size() ? &shards_[shard.value()] : nullptr;
}

void Subscription::offer(Shard& shard, const BatchRecord& record) {
  const BatchHeader& next = record.header;
  if (!shard.diverged.empty()) {
    return;
  }
  if (next.ordinal <= shard.last.ordinal) {
    const bool is_another = next.ordinal == shard.last.ordinal && record.hash != shard.hash;
    const bool is_rewritten = shard.last.epoch != Epoch() && next.epoch > shard.last.epoch;
    if (is_another || is_rewritten) {
      shard.must_fetch = true;  // the owner's answer to this position decides
    }
    return;
  }
  shard.known_head = std::max(shard.known_head, next.ordinal);
  if (next.ordinal != shard.last.ordinal.next()) {
    shard.gaps += shard.must_fetch ? 0 : 1;
    shard.must_fetch = true;
    return;
  }
  shard.diverged = chain_problem(shard.last, shard.hash, record);
  if (!shard.diverged.empty()) {
    return;
  }
  if (const auto taken = handler_.take(record); !taken) {
    shard.diverged = fmt::format("record {}: {}", next.ordinal.value(), taken.error().detail);
    return;
  }
  shard.last = next;
  shard.hash = record.hash;
}

void Subscription::on_event(std::string_view bytes) {
  const auto record = read_record(bytes);
  Shard* shard = record ? find(record->header.shard) : nullptr;
  if (shard != nullptr) {  // what cannot be read is fetched again once the next record shows the gap
    shard->unheard = 0;
    offer(*shard, *record);
  }
}

void Subscription::on_head(std::string_view packed_position) {
  Reader reader(packed_position);
  const Position head = decode_position(reader);
  reader.finish();
  Shard* shard = reader.ok() ? find(head.shard) : nullptr;
  if (shard == nullptr || !shard->diverged.empty()) {
    return;
  }
  shard->unheard = 0;
  if (head == position_of(shard->last, shard->hash)) {
    return;
  }
  if (head.ordinal > shard->last.ordinal) {
    shard->known_head = std::max(shard->known_head, head.ordinal);
    shard->gaps += shard->must_fetch ? 0 : 1;
    shard->must_fetch = true;
    return;
  }
  // Either it waited behind records that were fetched meanwhile, or the owner's journal is another one.
  shard->must_fetch = true;
}

void Subscription::on_reply(ShardIndex index, std::string_view bytes) {
  Shard* shard = find(index);
  const auto reply = decode_reply(bytes);
  if (shard == nullptr || !reply || !shard->diverged.empty() || reply->request < shard->first_request ||
      reply->request >= next_request_) {
    return;
  }
  shard->unheard = 0;
  const bool is_awaited = shard->request == reply->request;
  if (reply->code == Code::none) {
    take_page(*shard, *reply);  // also a late one: its records are as good, and a slow owner gets on with it
  } else if (is_awaited && reply->code == Code::diverged) {
    shard->diverged = reply->detail;
  }
  // Any other refusal leaves the request open, so that it is asked again only after its time-out.
}

void Subscription::take_page(Shard& shard, const Reply& reply) {
  const BatchOrdinal before = shard.last.ordinal;
  Reader reader(reply.payload);
  reader.array_of(2, "page of records");
  const std::uint32_t count = reader.array("records");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const auto bytes = reader.bin("record", kRecordSizeMax);
    if (!reader.ok()) {
      return;
    }
    const auto record = read_record(bytes);
    if (!record || record->header.shard != shard.last.shard) {
      shard.diverged = fmt::format("the owner sent a damaged record: {}",
                                   record ? "it is of another shard" : record.error().detail);
      return;
    }
    offer(shard, *record);
  }
  const bool more = reader.boolean("more");
  if (!reader.ok() || shard.request != reply.request) {
    return;  // the request stays open until its answer or its time-out
  }
  if (more) {
    // Without progress it would be asked for the same page without end: only after the time-out.
    if (shard.last.ordinal > before) {
      shard.request.reset();
    }
    return;
  }
  shard.request.reset();
  if (shard.known_head <= shard.asked_head) {
    shard.known_head = shard.last.ordinal;  // the owner has nothing behind it, whatever was heard before
  }
  shard.must_fetch = shard.known_head > shard.last.ordinal;
}

std::vector<Fetch> Subscription::fetches(TimeUs now) {
  constexpr unsigned kDoublingsMax = 4;
  std::vector<Fetch> fetches;
  for (Shard& shard : shards_) {
    const std::int64_t patience_us = (std::int64_t{settings_.fetch_timeout_ms} * 1000)
                                     << std::min(shard.unheard > 0 ? shard.unheard - 1 : 0, kDoublingsMax);
    const bool waits = shard.request && !wait_is_over(now, shard.asked_at, patience_us);
    if (!shard.must_fetch || !shard.diverged.empty() || waits) {
      continue;
    }
    shard.request = next_request_++;
    shard.asked_at = now;
    shard.asked_head = shard.known_head;
    ++shard.unheard;
    Writer parameters;
    parameters.array(4).bin(shard.last.lineage.view()).uint(shard.last.ordinal.value());
    parameters.bin(shard.hash.view()).uint(settings_.fetch_bytes_max);
    fetches.push_back({shard.last.shard, encode_query(*shard.request, QueryKind::replay, parameters.view())});
  }
  return fetches;
}

std::vector<Subscription::ShardState> Subscription::states() const {
  std::vector<ShardState> states;
  for (const Shard& shard : shards_) {
    states.push_back({position_of(shard.last, shard.hash), shard.known_head, shard.diverged, shard.gaps});
  }
  return states;
}

}  // namespace florin
