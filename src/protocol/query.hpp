#pragma once

/// Questions to whoever owns a store, and their answers: one frame each on the owner's query socket.
///
///     QUERY  [1, 3, request, query kind, [parameter, ...]]
///     REPLY  [1, 18, request, code, detail, payload]
///
/// A page says in its last element whether more follows, so a reader knows its end. docs/PROTOCOL.md lists
/// parameters and payloads of each kind.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong.hpp"
#include "ledger/postings.hpp"
#include "ledger/wallet.hpp"
#include "protocol/batch_record.hpp"
#include "protocol/entry.hpp"
#include "protocol/envelope.hpp"
#include "protocol/problem.hpp"

namespace florin {

enum class QueryKind : std::uint8_t {
  status = 1,         ///< [] -> map, for people and monitoring
  head = 2,           ///< [] -> position of the last record
  wallet = 3,         ///< [wallet] -> wallet row
  wallets = 4,        ///< [after, limit] -> page of wallet rows
  history = 5,        ///< [wallet, before sequence or 0, limit] -> page of entries, newest first
  transaction = 6,    ///< [wallet, id] -> entry row; router: queued row
  replay = 7,         ///< [lineage or nil, after ordinal, hash or nil, max bytes] -> page of records
  totals = 8,         ///< [] -> [head sequence, totals]
  ids = 9,            ///< [after sequence, limit] -> page of id rows, one for each entry
  accounts = 20,      ///< accounting: [after, limit] -> page of accounts
  daily_totals = 21,  ///< accounting: [] -> daily totals
  positions = 22,     ///< accounting, dead letters: [] -> positions by shard
  statement = 23,  ///< accounting: [wallet, before line or 0, limit] -> [account, lines, more], newest first
  lines = 24,      ///< accounting: [after, limit] -> page of statement lines of all wallets
  letters = 30,    ///< dead letters: [after, limit, needs action, wallet or nil, class or nil] -> page
  letter = 31,     ///< dead letters: [number] -> letter
  refused = 40,    ///< router: [after, limit] -> page of refused messages
};

struct Query {
  std::uint64_t request = 0;
  QueryKind kind = QueryKind::status;
  std::string_view parameters;  ///< a packed array
};

/// `parameters` is a packed array; the default is the empty one.
[[nodiscard]] std::string encode_query(std::uint64_t request, QueryKind kind,
                                       std::string_view parameters = "\x90");
[[nodiscard]] Result<Query> decode_query(std::string_view bytes);

struct Reply {
  std::uint64_t request = 0;
  Code code = Code::none;
  std::string detail;
  std::string_view payload;  ///< packed; nil where the code is not `none`
};

[[nodiscard]] std::string encode_reply(std::uint64_t request, std::string_view payload);
[[nodiscard]] std::string encode_refusal(std::uint64_t request, const Problem& problem);
[[nodiscard]] Result<Reply> decode_reply(std::string_view bytes);

/// Where a consumer or a reader stands on a shard's chain.
struct Position {
  Id128 lineage;
  ShardIndex shard;
  BatchOrdinal ordinal;
  SequenceNumber sequence;
  Digest hash;

  bool operator==(const Position&) const = default;
};
void encode_position(Writer& writer, const Position& position);
[[nodiscard]] Position decode_position(Reader& reader);
[[nodiscard]] Position position_of(const BatchHeader& header, const Digest& hash);

struct WalletRow {
  WalletId wallet;
  WalletState state;
};
void encode_wallet_row(Writer& writer, const WalletRow& row);
[[nodiscard]] WalletRow decode_wallet_row(Reader& reader);

/// (namespace, wallet, id) -> the entry that decided it, as the index of ids has it; 0 where it has none.
struct IdRow {
  IdNamespace id_namespace = IdNamespace::client;
  WalletId wallet;
  TransactionId id;
  SequenceNumber sequence;

  bool operator==(const IdRow&) const = default;
};
void encode_id_row(Writer& writer, const IdRow& row);
[[nodiscard]] IdRow decode_id_row(Reader& reader);

/// An entry with the shard and the time of its commit.
struct EntryRow {
  ShardIndex shard;
  TimeUs committed;
  Entry entry;
};
void encode_entry_row(Writer& writer, const EntryRow& row);
[[nodiscard]] Result<EntryRow> decode_entry_row(Reader& reader);

/// A transaction that was accepted and is not decided yet, as far as the router knows.
struct QueuedRow {
  TimeUs requested;
  TimeUs queued;  ///< as soon as it was accepted
};
void encode_queued_row(Writer& writer, const QueuedRow& row);
[[nodiscard]] QueuedRow decode_queued_row(Reader& reader);

void encode_totals(Writer& writer, const Totals& totals);
[[nodiscard]] Totals decode_totals(Reader& reader);
void encode_int128(Writer& writer, Int128 value);
[[nodiscard]] Int128 decode_int128(Reader& reader);

}  // namespace florin
