// What accounting, the router and a worker answer.

#include <fmt/format.h>

#include "logic/queries.hpp"
#include "logic/query_reply.hpp"

namespace florin {

namespace {

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

Payload answer_refused(const RefusedLog& log, Reader& parameters) {
  parameters.array_of(2, "parameters");
  const RefusedSequence after(parameters.uint("after"));
  const std::size_t limit = read_limit(parameters);
  return finished(parameters,
                  [&]() -> Payload { return pack_page(log.after(after, limit), encode_refused); });
}

Payload answer_queued(const InboxIndex& inbox, Reader& parameters) {
  parameters.array_of(2, "parameters");
  const WalletId wallet = read_wallet(parameters);
  const TransactionId id = read_transaction_id(parameters);
  return finished(parameters, [&]() -> Payload {
    const auto accepted = inbox.find(wallet, id);
    if (!accepted) {
      return problem(Code::not_found, "the inbox holds no such transaction");
    }
    Writer writer;
    encode_queued_row(writer, {*accepted, *accepted});
    return std::move(writer).take();
  });
}

}  // namespace

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

QueryHandler router_queries(const RefusedLog& log, const InboxIndex& inbox, StatusSource status) {
  return [&log, &inbox, status = std::move(status)](std::string_view bytes) {
    return reply_to(bytes, [&](QueryKind kind, Reader& parameters) -> Payload {
      switch (kind) {
        case QueryKind::status: return without_parameters(parameters, status);
        case QueryKind::refused: return answer_refused(log, parameters);
        case QueryKind::transaction: return answer_queued(inbox, parameters);
        default: return unknown_query(kind);
      }
    });
  };
}

QueryHandler worker_queries(StatusSource status) {
  return [status = std::move(status)](std::string_view bytes) {
    return reply_to(bytes, [&](QueryKind kind, Reader& parameters) -> Payload {
      return kind == QueryKind::status ? without_parameters(parameters, status) : unknown_query(kind);
    });
  };
}

}  // namespace florin
