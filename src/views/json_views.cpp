#include "views/json_views.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "ledger/amount_text.hpp"
#include "runtime/log.hpp"

namespace florin {

using Json = nlohmann::ordered_json;

void add_money(Json& json, std::string_view key, MinorUnits amount, Currency currency) {
  json[fmt::format("{}_minor", key)] = amount.value();
  if (currency.known()) {
    json[std::string(key)] = amount_text(amount, currency);
  }
}

Json to_json(const WalletState& state) {
  Json json;
  json["status"] = name(state.status);
  json["freeze"] = name(state.freeze);
  json["currency"] = state.currency.code();
  json["exponent"] = state.currency.known() ? Json(state.currency.exponent()) : Json(nullptr);
  add_money(json, "balance", state.balance, state.currency);
  add_money(json, "available", MinorUnits(available(state)), state.currency);
  add_money(json, "held", state.held, state.currency);
  add_money(json, "credit_limit", state.credit_limit, state.currency);
  json["version"] = state.version.value();
  return json;
}

void add_text(Json& json, std::string_view key, std::string_view text) {
  if (!text.empty()) {
    json[std::string(key)] = text;
  }
}

Json to_json(const WalletRow& row) {
  Json json;
  json["wallet"] = row.wallet.view();
  json.update(to_json(row.state));
  json["stands_at"] = row.state.stands_at.value();
  return json;
}

Json to_json(const EntryRow& row) {
  const Entry& entry = row.entry;
  const Command& command = entry.command;
  Json json;
  json["wallet"] = command.wallet.view();
  json["id"] = command.id.view();
  json["kind"] = name(command.kind);
  json["mode"] = name(command.mode);
  if (moves_money(command.kind)) {
    add_money(json, "amount", command.amount, command.currency);
    json["currency"] = command.currency.code();
    json["exponent"] = command.currency.exponent();
    json["external"] = entry.external.view();
  }
  if (command.freeze != FreezeScope::none) {
    json["scope"] = name(command.freeze);
  }
  if (command.credit_limit) {
    add_money(json, "credit_limit", *command.credit_limit, command.currency);
  }
  add_text(json, "merchant", command.merchant.view());
  add_text(json, "reference", command.reference.view());
  if (command.effective_date != 0) {
    json["effective_date"] = command.effective_date;
  }
  add_text(json, "redrive_of", command.redrive_of.view());
  json["state"] = "completed";
  json["resolution"] = name(entry.outcome);
  json["reason"] = entry.reason == Code::none ? Json(nullptr) : Json(name(entry.reason));
  json["attempt"] = entry.attempt;
  json["overdrawn"] = entry.overdrawn;
  json["unapplied"] = entry.unapplied;
  json["shard"] = row.shard.value();
  json["sequence"] = entry.sequence().value();
  json["requested_at"] = iso_time(entry.provenance.requested);
  json["queued_at"] = iso_time(entry.provenance.queued);
  json["authorized_at"] = iso_time(entry.decided);
  json["completed_at"] = iso_time(row.committed);
  if (entry.provenance.trace) {
    json["trace"] = to_hex(entry.provenance.trace->view());
  }
  json["after"] = to_json(entry.side().after);
  return json;
}

}  // namespace florin
