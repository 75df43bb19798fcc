// What a shard's owner answers.

#include <fmt/format.h>

#include <algorithm>

#include "logic/queries.hpp"
#include "logic/query_reply.hpp"

namespace florin {

namespace {

constexpr std::uint64_t kReplayBytesMax = std::uint64_t{4} << 20U;

Payload answer_wallet(const ShardSnapshot& snapshot, Reader& parameters) {
  parameters.array_of(1, "parameters");
  const WalletId wallet = read_wallet(parameters);
  return finished(parameters, [&]() -> Payload {
    const auto state = snapshot.wallet(wallet);
    if (!state) {
      return problem(Code::not_found, fmt::format("wallet {} was never heard of", wallet.view()));
    }
    Writer writer;
    encode_wallet_row(writer, {wallet, *state});
    return std::move(writer).take();
  });
}

Payload answer_wallets(const ShardSnapshot& snapshot, Reader& parameters) {
  parameters.array_of(2, "parameters");
  const auto after = parameters.text_or_nil("after", kKeyMax);
  const std::size_t limit = read_limit(parameters);
  return finished(parameters,
                  [&]() -> Payload { return pack_page(snapshot.wallets(after, limit), encode_wallet_row); });
}

/// Walks a wallet's entries backwards along the links in its sides.
Page<EntryRow> history(const ShardSnapshot& snapshot, const WalletId& wallet, SequenceNumber from,
                       std::size_t limit) {
  Page<EntryRow> page;
  for (SequenceNumber at = from; at.value() != 0;) {
    if (page.rows.size() == limit) {
      page.more = true;
      break;
    }
    EntryRow row = snapshot.entry(at);
    at = SequenceNumber();
    for (const Side& side : row.entry.sides) {
      if (side.wallet == wallet) {
        at = side.previous;
      }
    }
    page.rows.push_back(std::move(row));
  }
  return page;
}

/// Where a page of history starts: behind `before`, which must be an entry of this wallet.
Result<SequenceNumber> history_start(const ShardSnapshot& snapshot, const WalletId& wallet,
                                     const WalletState& state, SequenceNumber before) {
  if (before.value() == 0) {
    return state.stands_at;
  }
  if (before <= snapshot.head().header.last_sequence) {
    for (const Side& side : snapshot.entry(before).entry.sides) {
      if (side.wallet == wallet) {
        return side.previous;
      }
    }
  }
  return problem(Code::not_found,
                 fmt::format("entry {} is none of wallet {}", before.value(), wallet.view()));
}

Payload answer_history(const ShardSnapshot& snapshot, Reader& parameters) {
  parameters.array_of(3, "parameters");
  const WalletId wallet = read_wallet(parameters);
  const SequenceNumber before(parameters.uint("before"));
  const std::size_t limit = read_limit(parameters);
  return finished(parameters, [&]() -> Payload {
    const auto state = snapshot.wallet(wallet);
    if (!state) {
      return problem(Code::not_found, fmt::format("wallet {} was never heard of", wallet.view()));
    }
    const auto start = history_start(snapshot, wallet, *state, before);
    if (!start) {
      return tl::make_unexpected(start.error());
    }
    return pack_page(history(snapshot, wallet, *start, limit), encode_entry_row);
  });
}

Payload answer_transaction(const ShardSnapshot& snapshot, Reader& parameters) {
  parameters.array_of(2, "parameters");
  const WalletId wallet = read_wallet(parameters);
  const TransactionId id = read_transaction_id(parameters);
  return finished(parameters, [&]() -> Payload {
    const auto sequence = snapshot.find_id(IdNamespace::client, wallet, id);
    if (!sequence) {
      return problem(Code::not_found,
                     fmt::format("wallet {} has no transaction {}", wallet.view(), id.view()));
    }
    Writer writer;
    encode_entry_row(writer, snapshot.entry(*sequence));
    return std::move(writer).take();
  });
}

Payload answer_replay(const ShardSnapshot& snapshot, Reader& parameters) {
  parameters.array_of(4, "parameters");
  const bool any_lineage = parameters.take_nil();
  const auto lineage = any_lineage ? Id128{} : fixed_from<Id128>(parameters.bin_of(Id128::kSize, "lineage"));
  const BatchOrdinal after(parameters.uint("after"));
  const bool any_hash = parameters.take_nil();
  const auto hash = any_hash ? Digest{} : fixed_from<Digest>(parameters.bin_of(Digest::kSize, "hash"));
  const std::size_t bytes = std::min(parameters.uint("bytes"), kReplayBytesMax);
  return finished(parameters, [&]() -> Payload {
    if (!any_lineage && lineage != snapshot.head().header.lineage) {
      return problem(Code::diverged, "this store is of another lineage: start again from an empty position");
    }
    if (!any_hash && snapshot.hash_at(after) != hash) {
      return problem(Code::diverged,
                     fmt::format("record {} of this journal is another one, or not there", after.value()));
    }
    return pack_page(snapshot.records(after, bytes),
                     [](Writer& writer, const std::string& record) { writer.bin(record); });
  });
}

/// Where the index of ids finds the id of each entry behind `after`.
Page<IdRow> indexed_ids(const ShardSnapshot& snapshot, SequenceNumber after, std::size_t limit) {
  Page<IdRow> page;
  const SequenceNumber last = snapshot.head().header.last_sequence;
  SequenceNumber at = after;
  while (at < last && page.rows.size() < limit) {
    at = at.next();
    const Entry entry = snapshot.entry(at).entry;
    const Command& command = entry.command;
    const auto found = snapshot.find_id(entry.id_namespace, command.wallet, command.id);
    page.rows.push_back({entry.id_namespace, command.wallet, command.id, found.value_or(SequenceNumber(0))});
  }
  page.more = at < last;
  return page;
}

Payload answer_ids(const ShardSnapshot& snapshot, Reader& parameters) {
  parameters.array_of(2, "parameters");
  const SequenceNumber after(parameters.uint("after"));
  const std::size_t limit = read_limit(parameters);
  return finished(parameters,
                  [&]() -> Payload { return pack_page(indexed_ids(snapshot, after, limit), encode_id_row); });
}

std::string pack_head(const ShardSnapshot& snapshot) {
  const Head head = snapshot.head();
  Writer writer;
  encode_position(writer, position_of(head.header, head.hash));
  return std::move(writer).take();
}

std::string pack_totals(const ShardSnapshot& snapshot) {
  Writer writer;
  writer.array(2).uint(snapshot.head().header.last_sequence.value());
  encode_totals(writer, snapshot.totals());
  return std::move(writer).take();
}

}  // namespace

QueryHandler shard_queries(ShardStore& store, StatusSource status) {
  return [&store, status = std::move(status)](std::string_view bytes) {
    return reply_to(bytes, [&](QueryKind kind, Reader& parameters) -> Payload {
      if (kind == QueryKind::status) {
        return without_parameters(parameters, status);  // must answer while the store is closed
      }
      const auto snapshot = store.snapshot();
      switch (kind) {
        case QueryKind::head: return without_parameters(parameters, [&] { return pack_head(*snapshot); });
        case QueryKind::wallet: return answer_wallet(*snapshot, parameters);
        case QueryKind::wallets: return answer_wallets(*snapshot, parameters);
        case QueryKind::history: return answer_history(*snapshot, parameters);
        case QueryKind::transaction: return answer_transaction(*snapshot, parameters);
        case QueryKind::replay: return answer_replay(*snapshot, parameters);
        case QueryKind::totals: return without_parameters(parameters, [&] { return pack_totals(*snapshot); });
        case QueryKind::ids: return answer_ids(*snapshot, parameters);
        default: return unknown_query(kind);  // the kinds of other owners, and unknown numbers
      }
    });
  };
}

}  // namespace florin
