#include "gateway/transaction_json.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace florin {

namespace {

void add_state(JsonWriter& json, const WalletState& state) {
  json.text("status", name(state.status))
      .text("freeze", name(state.freeze))
      .currency(state.currency)
      .minor("balance", state.balance.value())
      .minor("available", available(state))
      .minor("held", state.held.value())
      .minor("credit_limit", state.credit_limit.value())
      .unsigned_integer("version", state.version.value());
}

void add_command(JsonWriter& json, const Command& command) {
  json.text("wallet", command.wallet.view())
      .text("id", command.id.view())
      .text("kind", name(command.kind))
      .text("mode", name(command.mode));
  if (moves_money(command.kind)) {
    json.minor("amount", command.amount.value());
  }
  if (names_currency(command.kind)) {
    json.currency(command.currency);
  }
  if (command.freeze != FreezeScope::none) {
    json.text("scope", name(command.freeze));
  }
  if (command.credit_limit) {
    json.minor("credit_limit", command.credit_limit->value());
  }
  json.text_if_any("merchant", command.merchant.view()).text_if_any("reference", command.reference.view());
}

void add_reason(JsonWriter& json, Code reason) {
  if (reason == Code::none) {
    json.null("reason");
  } else {
    json.text("reason", name(reason));
  }
}

void add_after(JsonWriter& json, const WalletState& state) {
  json.open("after");
  add_state(json, state);
  json.close();
}

void add_entry(JsonWriter& json, const EntryRow& row) {
  const Entry& entry = row.entry;
  add_command(json, entry.command);
  if (moves_money(entry.command.kind)) {
    json.text("external", entry.external.view());
  }
  if (entry.command.effective_date != 0) {
    json.unsigned_integer("effective_date", entry.command.effective_date);
  }
  json.text("state", "completed").text("resolution", name(entry.outcome));
  add_reason(json, entry.reason);
  json.boolean("overdrawn", entry.overdrawn)
      .boolean("unapplied", entry.unapplied)
      .unsigned_integer("attempt", entry.attempt)
      .unsigned_integer("shard", row.shard.value())
      .unsigned_integer("sequence", entry.sequence().value())
      .time("requested_at", entry.provenance.requested)
      .time("queued_at", entry.provenance.queued)
      .time("authorized_at", entry.decided)
      .time("completed_at", row.committed);
  if (entry.provenance.trace) {
    json.text("trace_id", to_hex(entry.provenance.trace->view()));
  }
  add_after(json, entry.side().after);
}

}  // namespace

std::string outcome_json(const Command& command, const Answer& answer) {
  JsonWriter json;
  json.open();
  add_command(json, command);
  json.text("state", "completed").text("resolution", name(answer.resolution));
  add_reason(json, answer.code);
  json.boolean("overdrawn", answer.overdrawn)
      .boolean("unapplied", answer.unapplied)
      .unsigned_integer("shard", answer.shard.value())
      .unsigned_integer("sequence", answer.sequence.value())
      .time("authorized_at", answer.decided);
  add_after(json, answer.after);
  return json.close().take();
}

std::string transaction_json(const EntryRow& row) {
  JsonWriter json;
  json.open();
  add_entry(json, row);
  return json.close().take();
}

std::string latest_json(const EntryRow& row, std::string_view worker) {
  JsonWriter json;
  json.open();
  add_entry(json, row);
  if (worker.empty()) {
    json.null("worker");
  } else {
    json.text("worker", worker);
  }
  return json.close().take();
}

std::string queued_json(std::string_view wallet, std::string_view id, TimeUs accepted) {
  JsonWriter json;
  json.open().text("wallet", wallet).text("id", id).text("state", "queued").null("resolution").null("reason");
  return json.time("queued_at", accepted).close().take();
}

std::string queued_json(const Command& command) {
  JsonWriter json;
  json.open();
  add_command(json, command);
  return json.text("state", "queued").null("resolution").null("reason").close().take();
}

std::string pending_json(const Command& command) {
  JsonWriter json;
  json.open();
  add_command(json, command);
  return json.text("state", "requested").null("resolution").null("reason").close().take();
}

std::string wallet_json(const WalletRow& row) {
  JsonWriter json;
  json.open().text("wallet", row.wallet.view());
  add_state(json, row.state);
  return json.unsigned_integer("stands_at", row.state.stands_at.value()).close().take();
}

std::string balance_json(const WalletRow& row) {
  JsonWriter json;
  json.open()
      .text("wallet", row.wallet.view())
      .currency(row.state.currency)
      .minor("balance", row.state.balance.value())
      .minor("available", available(row.state))
      .minor("held", row.state.held.value())
      .minor("credit_limit", row.state.credit_limit.value())
      .unsigned_integer("version", row.state.version.value());
  return json.close().take();
}

}  // namespace florin
