#include "logic/queries.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/reader.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

constexpr std::uint64_t kPageRowsMax = 1000;
constexpr std::uint64_t kReplayBytesMax = std::uint64_t{4} << 20U;
constexpr std::size_t kKeyMax = 256;

using Payload = Result<std::string>;

/// Decodes, lets `answer` do the work, and turns what can go wrong into a refusal.
template <class Answer>
std::string reply_to(std::string_view bytes, Answer answer) {
  const auto query = decode_query(bytes);
  if (!query) {
    return encode_refusal(0, query.error());
  }
  try {
    Reader parameters(query->parameters);
    const Payload payload = answer(query->kind, parameters);
    return payload ? encode_reply(query->request, *payload) : encode_refusal(query->request, payload.error());
  } catch (const StoreFault& fault) {
    return encode_refusal(query->request, {Code::store_fault, fault.what()});
  }
}

Payload unknown_query(QueryKind kind) {
  return problem(Code::unknown_query,
                 fmt::format("query kind {} is not answered here", static_cast<unsigned>(kind)));
}

Payload finished(Reader& parameters, const std::function<Payload()>& answer) {
  parameters.finish();
  return parameters.ok() ? answer() : Payload(tl::make_unexpected(parameters.problem()));
}

/// A query that has no parameters takes none.
Payload without_parameters(Reader& parameters, const std::function<Payload()>& answer) {
  parameters.array_of(0, "parameters");
  return finished(parameters, answer);
}

template <class Row, class Encode>
std::string pack_page(const Page<Row>& page, Encode encode) {
  Writer writer;
  writer.array(2).array(page.rows.size());
  for (const Row& row : page.rows) {
    encode(writer, row);
  }
  writer.boolean(page.more);
  return std::move(writer).take();
}

std::size_t read_limit(Reader& parameters) {
  return std::clamp<std::uint64_t>(parameters.uint("limit"), 1, kPageRowsMax);
}

WalletId read_wallet(Reader& parameters) {
  const auto text = parameters.text("wallet", kKeyMax);
  if (parameters.ok() && !is_name(text)) {
    parameters.fail(Code::invalid_wallet_id, "wallet");
  }
  return parameters.ok() ? WalletId(text) : WalletId();
}

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
  const auto id = parameters.text("id", kKeyMax);
  if (parameters.ok() && !is_name(id)) {
    parameters.fail(Code::invalid_transaction_id, "id");
  }
  return finished(parameters, [&]() -> Payload {
    const auto sequence = snapshot.find_id(IdNamespace::client, wallet, TransactionId(id));
    if (!sequence) {
      return problem(Code::not_found, fmt::format("wallet {} has no transaction {}", wallet.view(), id));
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

Payload answer_ids(const ShardSnapshot& snapshot, Reader& parameters) {
  parameters.array_of(2, "parameters");
  const auto after = parameters.take_nil() ? std::string_view{} : parameters.bin("after", kKeyMax);
  const std::size_t limit = read_limit(parameters);
  return finished(parameters,
                  [&]() -> Payload { return pack_page(snapshot.ids(after, limit), encode_id_row); });
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

std::string pack_positions(const std::vector<Position>& positions) {
  Writer writer;
  writer.array(positions.size());
  for (const Position& position : positions) {
    encode_position(writer, position);
  }
  return std::move(writer).take();
}

Payload answer_accounts(const AccountingStore& store, Reader& parameters) {
  parameters.array_of(2, "parameters");
  const auto after = parameters.text_or_nil("after", kKeyMax);
  const std::size_t limit = read_limit(parameters);
  return finished(parameters,
                  [&]() -> Payload { return pack_page(store.accounts(after, limit), encode_account); });
}

/// Walks a wallet's lines backwards along their links, like `history` does its entries.
Page<StatementLine> statement(const AccountingStore& store, const WalletId& wallet, LineNumber from,
                              std::size_t limit) {
  Page<StatementLine> page;
  for (LineNumber at = from; at.value() != 0;) {
    if (page.rows.size() == limit) {
      page.more = true;
      break;
    }
    const auto line = store.line(at);
    if (!line || line->wallet != wallet || line->previous >= at) {
      refuse_store(
          fmt::format("the statement of wallet {} is broken at line {}: delete the directory of "
                      "accounting and let it be derived anew",
                      wallet.view(), at.value()));
    }
    at = line->previous;
    page.rows.push_back(*line);
  }
  return page;
}

/// Where a page of a statement starts: behind `before`, which must be a line of this wallet.
Result<LineNumber> statement_start(const AccountingStore& store, const Account& account, LineNumber before) {
  if (before.value() == 0) {
    return account.last_line;
  }
  const auto line = store.line(before);
  if (!line || line->wallet != account.wallet) {
    return problem(Code::not_found,
                   fmt::format("line {} is none of wallet {}", before.value(), account.wallet.view()));
  }
  return line->previous;
}

Payload answer_statement(const AccountingStore& store, Reader& parameters) {
  parameters.array_of(3, "parameters");
  const WalletId wallet = read_wallet(parameters);
  const LineNumber before(parameters.uint("before"));
  const std::size_t limit = read_limit(parameters);
  return finished(parameters, [&]() -> Payload {
    const auto account = store.account(wallet);
    if (!account) {
      return problem(Code::not_found, fmt::format("accounting never heard of wallet {}", wallet.view()));
    }
    const auto start = statement_start(store, *account, before);
    if (!start) {
      return tl::make_unexpected(start.error());
    }
    const Page<StatementLine> page = statement(store, wallet, *start, limit);
    Writer writer;
    writer.array(3);
    encode_account(writer, *account);
    writer.array(page.rows.size());
    for (const StatementLine& line : page.rows) {
      encode_line(writer, line);
    }
    writer.boolean(page.more);
    return std::move(writer).take();
  });
}

Payload answer_lines(const AccountingStore& store, Reader& parameters) {
  parameters.array_of(2, "parameters");
  const LineNumber after(parameters.uint("after"));
  const std::size_t limit = read_limit(parameters);
  return finished(parameters, [&]() -> Payload { return pack_page(store.lines(after, limit), encode_line); });
}

std::string pack_daily_totals(const AccountingStore& store) {
  const auto totals = store.daily_totals();
  Writer writer;
  writer.array(totals.size());
  for (const DailyTotal& total : totals) {
    encode_daily_total(writer, total);
  }
  return std::move(writer).take();
}

Payload answer_letters(const DeadLetterStore& store, Reader& parameters) {
  parameters.array_of(5, "parameters");
  const LetterNumber after(parameters.uint("after"));
  const std::size_t limit = read_limit(parameters);
  LetterFilter filter;
  filter.only_needing_action = parameters.boolean("only needing action");
  if (!parameters.take_nil()) {
    filter.wallet = read_wallet(parameters);
  }
  if (!parameters.take_nil()) {
    filter.letter_class = static_cast<LetterClass>(parameters.uint("class", 4));
  }
  return finished(parameters,
                  [&]() -> Payload { return pack_page(store.letters(after, limit, filter), encode_letter); });
}

Payload answer_letter(const DeadLetterStore& store, Reader& parameters) {
  parameters.array_of(1, "parameters");
  const LetterNumber number(parameters.uint("number"));
  return finished(parameters, [&]() -> Payload {
    const auto letter = store.letter(number);
    if (!letter) {
      return problem(Code::not_found, fmt::format("there is no dead letter {}", number.value()));
    }
    Writer writer;
    encode_letter(writer, *letter);
    return std::move(writer).take();
  });
}

Payload answer_refused(const RefusedLog& log, Reader& parameters) {
  parameters.array_of(2, "parameters");
  const RefusedSequence after(parameters.uint("after"));
  const std::size_t limit = read_limit(parameters);
  return finished(parameters,
                  [&]() -> Payload { return pack_page(log.after(after, limit), encode_refused); });
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

QueryHandler accounting_queries(const AccountingStore& store, StatusSource status) {
  return [&store, status = std::move(status)](std::string_view bytes) {
    return reply_to(bytes, [&](QueryKind kind, Reader& parameters) -> Payload {
      switch (kind) {
        case QueryKind::status: return without_parameters(parameters, status);
        case QueryKind::accounts: return answer_accounts(store, parameters);
        case QueryKind::daily_totals:
          return without_parameters(parameters, [&] { return pack_daily_totals(store); });
        case QueryKind::statement: return answer_statement(store, parameters);
        case QueryKind::lines: return answer_lines(store, parameters);
        case QueryKind::positions:
          return without_parameters(parameters, [&] { return pack_positions(store.positions()); });
        default: return unknown_query(kind);
      }
    });
  };
}

QueryHandler dead_letter_queries(const DeadLetterStore& store, StatusSource status) {
  return [&store, status = std::move(status)](std::string_view bytes) {
    return reply_to(bytes, [&](QueryKind kind, Reader& parameters) -> Payload {
      switch (kind) {
        case QueryKind::status: return without_parameters(parameters, status);
        case QueryKind::letters: return answer_letters(store, parameters);
        case QueryKind::letter: return answer_letter(store, parameters);
        case QueryKind::positions:
          return without_parameters(parameters, [&] { return pack_positions(plain(store.positions())); });
        default: return unknown_query(kind);
      }
    });
  };
}

QueryHandler router_queries(const RefusedLog& log, StatusSource status) {
  return [&log, status = std::move(status)](std::string_view bytes) {
    return reply_to(bytes, [&](QueryKind kind, Reader& parameters) -> Payload {
      switch (kind) {
        case QueryKind::status: return without_parameters(parameters, status);
        case QueryKind::refused: return answer_refused(log, parameters);
        default: return unknown_query(kind);
      }
    });
  };
}

}  // namespace florin
