// The latest transactions of all wallets, for people who watch. Read from the ends of the journals:
//
//     router: who owns what; shards: head ──> records before each head ──> the last one, where those were cut
//     off

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "gateway/cluster_status.hpp"
#include "gateway/page_parameters.hpp"
#include "gateway/routes.hpp"
#include "gateway/transaction_json.hpp"
#include "protocol/batch_record.hpp"

namespace florin {

namespace {

/// Of each shard. Under load one record holds thousands of entries, and more than one is not needed.
constexpr std::uint64_t kRecordsMax = 32;
constexpr std::uint64_t kBytesMax = 65'536;

struct WatchedShard {
  ShardIndex shard;
  BatchOrdinal head;  ///< 0 where it is empty or does not answer
  Epoch epoch;
  std::string worker;  ///< who has it in that epoch
};

struct Row {
  EntryRow entry;
  std::string worker;  ///< empty where the owner of then is not known any more
};

struct Latest {
  std::size_t limit = 0;
  std::vector<WatchedShard> asked;  ///< in the order of the questions under way
  std::vector<Row> rows;
};

using LatestPointer = std::shared_ptr<Latest>;

Question records_question(const WatchedShard& watched, std::uint64_t records) {
  const std::uint64_t head = watched.head.value();
  Writer parameters;
  parameters.array(4).nil().uint(head - std::min(head, records)).nil().uint(kBytesMax);
  return {{Part::shard, watched.shard}, QueryKind::replay, std::move(parameters).take()};
}

Result<void> add_record(Latest& latest, const WatchedShard& watched, std::string_view bytes) {
  const auto record = read_record(bytes, HashCheck::skip);
  if (!record) {
    return tl::make_unexpected(record.error());
  }
  auto entries = record->entries(HashCheck::skip);
  if (!entries) {
    return tl::make_unexpected(entries.error());
  }
  const bool same_owner = record->header.epoch == watched.epoch;
  const std::size_t first = entries->size() - std::min(entries->size(), latest.limit);
  for (std::size_t i = first; i < entries->size(); ++i) {
    latest.rows.push_back({{watched.shard, record->header.time, std::move((*entries)[i])},
                           same_owner ? watched.worker : std::string()});
  }
  return {};
}

/// Whether it was cut off, so that the newest are not in it.
Result<bool> add_records(Latest& latest, const WatchedShard& watched, std::string_view payload) {
  Reader reader(payload);
  reader.array_of(2, "page");
  const std::uint32_t count = reader.array("records");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const auto bytes = reader.bin("record", kRecordSizeMax);
    const auto added = reader.ok() ? add_record(latest, watched, bytes) : Result<void>();
    if (!added) {
      return tl::make_unexpected(added.error());
    }
  }
  const bool more = reader.boolean("more");
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return more;
}

bool is_newer(const Row& a, const Row& b) {
  const auto key = [](const Row& row) {
    return std::tuple(row.entry.committed.value(), row.entry.shard.value(),
                      row.entry.entry.sequence().value());
  };
  return key(a) > key(b);
}

Step show_latest(Latest& latest) {
  std::sort(latest.rows.begin(), latest.rows.end(), is_newer);
  // A record that was asked for twice is in it twice.
  const auto same = [](const Row& a, const Row& b) { return !is_newer(a, b) && !is_newer(b, a); };
  latest.rows.erase(std::unique(latest.rows.begin(), latest.rows.end(), same), latest.rows.end());
  latest.rows.resize(std::min(latest.rows.size(), latest.limit));
  JsonWriter json;
  json.open().open_array("transactions");
  for (const Row& row : latest.rows) {
    json.raw_element(latest_json(row.entry, row.worker));
  }
  return HttpResponse{200, "application/json", json.close_array().close().take(), {}};
}

Step ask_records(const LatestPointer& latest, std::vector<WatchedShard> shards, std::uint64_t records);

/// A shard that does not answer is left out: whoever watches sees the others.
Step take_records(const LatestPointer& latest, const Replies& replies, std::uint64_t records) {
  std::vector<WatchedShard> cut_off;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    if (!replies[i]) {
      continue;
    }
    const auto more = add_records(*latest, latest->asked[i], *replies[i]);
    if (!more) {
      return more.error();
    }
    if (*more && records > 1) {
      cut_off.push_back(latest->asked[i]);
    }
  }
  return cut_off.empty() ? show_latest(*latest) : ask_records(latest, std::move(cut_off), 1);
}

Step ask_records(const LatestPointer& latest, std::vector<WatchedShard> shards, std::uint64_t records) {
  Gather gather;
  for (const WatchedShard& watched : shards) {
    gather.questions.push_back(records_question(watched, records));
  }
  latest->asked = std::move(shards);
  gather.then = [latest, records](Replies& replies) { return take_records(latest, replies, records); };
  return gather;
}

BatchOrdinal head_of(const Result<std::string>& reply) {
  if (!reply) {
    return {};
  }
  Reader reader(*reply);
  const Position position = decode_position(reader);
  return reader.ok() ? position.ordinal : BatchOrdinal();
}

Step take_heads(const LatestPointer& latest, const Replies& replies) {
  const auto routed = routed_shards(replies.front());
  std::vector<WatchedShard> shards;
  for (std::size_t i = 0; i + 1 < replies.size(); ++i) {
    WatchedShard watched{ShardIndex(static_cast<std::uint16_t>(i)), head_of(replies[i + 1]), {}, {}};
    if (i < routed.size()) {
      watched.epoch = Epoch(number_in(routed[i], "epoch"));
      watched.worker = text_in(routed[i], "worker");
    }
    if (watched.head.value() > 0) {
      shards.push_back(std::move(watched));
    }
  }
  return shards.empty() ? show_latest(*latest) : ask_records(latest, std::move(shards), kRecordsMax);
}

}  // namespace

namespace route {

Step list_latest(const Call& call) {
  const auto page = page_parameters(call.target, "latest", {});
  if (!page) {
    return page.error();
  }
  auto latest = std::make_shared<Latest>();
  latest->limit = page->limit;
  Gather gather{{{{Part::router, {}}}}, {}};
  for (std::uint16_t shard = 0; shard < call.shards; ++shard) {
    gather.questions.push_back({{Part::shard, ShardIndex(shard)}, QueryKind::head});
  }
  gather.then = [latest](Replies& replies) { return take_heads(latest, replies); };
  return gather;
}

}  // namespace route

}  // namespace florin
