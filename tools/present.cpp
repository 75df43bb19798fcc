#include "tools/present.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "ledger/amount_text.hpp"
#include "ledger/command_text.hpp"
#include "runtime/log.hpp"
#include "views/json_views.hpp"

namespace florin {

using Json = nlohmann::ordered_json;

Json to_json(const StatementLine& line, Currency wallet_currency) {
  Json json;
  json["line"] = line.number.value();
  json["wallet"] = line.wallet.view();
  json["id"] = line.id.view();
  json["kind"] = name(line.kind);
  add_money(json, "amount", line.amount, line.currency);
  json["currency"] = line.currency.code();
  json["exponent"] = line.currency.known() ? Json(line.currency.exponent()) : Json(nullptr);
  json["direction"] = info(line.kind).direction == Direction::debit ? "debit" : "credit";
  add_money(json, "balance", line.balance, wallet_currency);
  json["external"] = line.external.view();
  add_text(json, "reference", line.reference.view());
  if (line.effective_date != 0) {
    json["effective_date"] = line.effective_date;
  }
  json["overdrawn"] = line.overdrawn;
  json["unapplied"] = line.unapplied;
  json["decided_at"] = iso_time(line.decided);
  json["shard"] = line.shard.value();
  json["sequence"] = line.sequence.value();
  return json;
}

Json to_json(const DailyTotal& total) {
  Json json;
  json["day"] = total.key.day;
  json["currency"] = total.key.currency.code();
  json["kind"] = name(total.key.kind);
  json["count"] = total.count;
  json["sum"] = amount_text(total.sum, total.key.currency);
  json["sum_minor"] = to_text(total.sum);  // a text: it may be wider than a JSON number holds exactly
  return json;
}

Json to_json(const Answer& answer) {
  Json json;
  json["resolution"] = name(answer.resolution);
  json["code"] = static_cast<unsigned>(answer.code);
  json["reason"] = answer.code == Code::none ? Json(nullptr) : Json(name(answer.code));
  add_text(json, "detail", answer.detail);
  if (answer.retry_after_ms != 0) {
    json["retry_after_ms"] = answer.retry_after_ms;
  }
  if (answer.decided_something()) {
    json["duplicate"] = answer.duplicate;
    json["overdrawn"] = answer.overdrawn;
    json["unapplied"] = answer.unapplied;
    json["shard"] = answer.shard.value();
    json["sequence"] = answer.sequence.value();
    json["decided_at"] = iso_time(answer.decided);
    json["after"] = to_json(answer.after);
  }
  return json;
}

Json to_json(const Totals& totals) {
  Json json = Json::object();
  for (const auto& [account, total] : totals.all()) {
    constexpr std::array kClasses{"wallets", "escrow", "transit", "external"};
    const std::string key = account.account_class == AccountClass::external
                                ? fmt::format("external {}", account.external.view())
                                : kClasses.at(static_cast<std::size_t>(account.account_class));
    json[std::string(account.currency.code())][key] = amount_text(total, account.currency);
  }
  return json;
}

std::string to_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void Table::sort() {
  std::stable_sort(rows_.begin() + 1, rows_.end(),
                   [](const auto& a, const auto& b) { return a.front() < b.front(); });
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += i + 1 < row.size() ? fmt::format("{:<{}}  ", row[i], widths[i]) : row[i];
    }
    text += text.empty() ? line : "\n" + line;
  }
  return text;
}

std::string subject_or_dash(const Command& command) {
  const std::string subject = subject_text(command);
  return subject.empty() ? "-" : subject;
}

std::string balance_text(const WalletState& state) {
  return state.currency.known() ? amount_text(state.balance, state.currency) : "-";
}

std::string result_text(const Entry& entry) {
  if (entry.outcome != Outcome::success) {
    return fmt::format("{}: {}", name(entry.outcome), name(entry.reason));
  }
  if (entry.unapplied) {
    return fmt::format("unapplied: {}", name(entry.reason));
  }
  return entry.overdrawn ? "success, overdrawn" : "success";
}

std::string result_text(const Answer& answer) {
  std::string text(answer.unapplied ? "unapplied" : name(answer.resolution));
  if (answer.overdrawn) {
    text += ", overdrawn";
  }
  if (answer.code != Code::none) {
    text += fmt::format(": {}", name(answer.code));
  }
  if (!answer.detail.empty()) {
    text += fmt::format(" ({})", escape_bytes(answer.detail));
  }
  return answer.duplicate ? text + ", sent before" : text;
}

bool stdout_has_colour() {
  return ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
}

std::string coloured(std::string_view text, bool good) {
  return stdout_has_colour() ? fmt::format("\x1b[{}m{}\x1b[0m", good ? 32 : 33, text) : std::string(text);
}

void print_line(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
}

void print_error(std::string_view what) {
  std::fprintf(stderr, "florin: %.*s\n", static_cast<int>(what.size()), what.data());
}

}  // namespace florin
