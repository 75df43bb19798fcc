#include <fmt/format.h>

#include <florin/client.hpp>
#include <map>
#include <utility>
#include <zmq.hpp>

#include "base/curve_keys.hpp"
#include "base/text.hpp"
#include "base/z85.hpp"
#include "client/query_client.hpp"
#include "client/session_client.hpp"
#include "routing/shard_of.hpp"

namespace florin::client {

namespace {

constexpr std::uint32_t kQueryTimeoutMs = 5000;

Transaction about(Kind kind, std::string id, std::string wallet) {
  Transaction transaction;
  transaction.kind = kind;
  transaction.id = std::move(id);
  transaction.wallet = std::move(wallet);
  return transaction;
}

Transaction moving(Kind kind, std::string id, std::string wallet, std::int64_t amount_minor,
                   std::string currency) {
  Transaction transaction = about(kind, std::move(id), std::move(wallet));
  transaction.amount_minor = amount_minor;
  transaction.currency = std::move(currency);
  return transaction;
}

template <class Name>
Name checked(const std::string& text, std::string_view what, bool (*is_right)(std::string_view)) {
  if (!is_right(text)) {
    throw Error(fmt::format("{} `{}` is not allowed", what, escape_bytes(text.substr(0, 80))));
  }
  return Name(text);
}

template <class Name>
Name checked_or_none(const std::string& text, std::string_view what, bool (*is_right)(std::string_view)) {
  return text.empty() ? Name() : checked<Name>(text, what, is_right);
}

/// As typed as the ledger has it. What is well-formed but not allowed, the router refuses by name.
Command command_of(const Transaction& transaction) {
  Command command;
  command.kind = static_cast<florin::Kind>(transaction.kind);
  command.mode = transaction.advise ? Mode::advise : Mode::authorise;
  command.id = checked<TransactionId>(transaction.id, "id", is_name);
  command.wallet = checked<WalletId>(transaction.wallet, "wallet", is_name);
  command.amount = MinorUnits(transaction.amount_minor);
  if (names_currency(command.kind)) {
    const auto currency = Currency::parse(transaction.currency);
    if (!currency) {
      throw Error(
          fmt::format("currency `{}` is not known", escape_bytes(transaction.currency.substr(0, 16))));
    }
    command.currency = *currency;
  }
  command.freeze = static_cast<FreezeScope>(transaction.scope);
  if (transaction.credit_limit_minor) {
    command.credit_limit = MinorUnits(*transaction.credit_limit_minor);
  }
  command.external =
      checked_or_none<ExternalAccount>(transaction.external, "external", is_open_external_account);
  command.merchant = checked_or_none<Merchant>(transaction.merchant, "merchant", is_label);
  command.reference = checked_or_none<Reference>(transaction.reference, "reference", is_label);
  command.effective_date = transaction.effective_date;
  return command;
}

WalletState plain(const florin::WalletState& state) {
  WalletState plain;
  plain.open = state.status == WalletStatus::open;
  plain.closed = state.status == WalletStatus::closed;
  plain.freeze = static_cast<Scope>(state.freeze);
  plain.currency = state.currency.code();
  plain.balance_minor = state.balance.value();
  plain.available_minor = available(state);
  plain.credit_limit_minor = state.credit_limit.value();
  plain.version = state.version.value();
  return plain;
}

Resolution plain(florin::Resolution resolution) {
  switch (resolution) {
    case florin::Resolution::success: return Resolution::success;
    case florin::Resolution::rejected: return Resolution::rejected;
    case florin::Resolution::error: return Resolution::error;
    case florin::Resolution::queued: return Resolution::queued;
    case florin::Resolution::refused: break;
  }
  return Resolution::refused;
}

Answer plain(const florin::Answer& answer) {
  Answer plain_answer;
  plain_answer.resolution = plain(answer.resolution);
  plain_answer.code = static_cast<int>(answer.code);
  plain_answer.reason = name(answer.code);
  plain_answer.detail = answer.detail;
  plain_answer.shard = answer.shard.value();
  plain_answer.sequence = answer.sequence.value();
  plain_answer.decided_us = answer.decided.value();
  plain_answer.duplicate = answer.duplicate;
  plain_answer.overdrawn = answer.overdrawn;
  plain_answer.unapplied = answer.unapplied;
  plain_answer.wallet = plain(answer.after);
  return plain_answer;
}

}  // namespace

Transaction open(std::string id, std::string wallet, std::string currency) {
  return moving(Kind::open, std::move(id), std::move(wallet), 0, std::move(currency));
}
Transaction deposit(std::string id, std::string wallet, std::int64_t amount_minor, std::string currency) {
  return moving(Kind::deposit, std::move(id), std::move(wallet), amount_minor, std::move(currency));
}
Transaction withdraw(std::string id, std::string wallet, std::int64_t amount_minor, std::string currency) {
  return moving(Kind::withdraw, std::move(id), std::move(wallet), amount_minor, std::move(currency));
}
Transaction payment(std::string id, std::string wallet, std::int64_t amount_minor, std::string currency) {
  return moving(Kind::payment, std::move(id), std::move(wallet), amount_minor, std::move(currency));
}
Transaction freeze(std::string id, std::string wallet, Scope scope) {
  Transaction transaction = about(Kind::freeze, std::move(id), std::move(wallet));
  transaction.scope = scope;
  return transaction;
}
Transaction unfreeze(std::string id, std::string wallet) {
  return about(Kind::unfreeze, std::move(id), std::move(wallet));
}
Transaction close(std::string id, std::string wallet) {
  return about(Kind::close, std::move(id), std::move(wallet));
}
Transaction set_limits(std::string id, std::string wallet, std::string currency,
                       std::int64_t credit_limit_minor) {
  Transaction transaction =
      moving(Kind::set_limits, std::move(id), std::move(wallet), 0, std::move(currency));
  transaction.credit_limit_minor = credit_limit_minor;
  return transaction;
}

Settings Settings::of_run_dir(const std::string& directory, unsigned shards) {
  Settings settings;
  settings.front = fmt::format("ipc://{}/front", directory);
  settings.router_query = fmt::format("ipc://{}/router.query", directory);
  for (unsigned shard = 0; shard < shards; ++shard) {
    settings.shard_queries.push_back(fmt::format("ipc://{}/shard.query.{:03}", directory, shard));
  }
  return settings;
}

namespace {

std::optional<CurveKeys> keys_of(const Settings& settings) {
  if (settings.server_public_key.empty() && settings.public_key.empty() && settings.secret_key.empty()) {
    return std::nullopt;
  }
  const auto check = [](std::string_view what, const std::string& key) {
    if (!is_curve_key(key)) {
      throw Error(
          fmt::format("Settings::{} is no key: it has 40 characters of Z85, as `florin keygen` writes "
                      "it; server_public_key, public_key and secret_key are needed together",
                      what));
    }
  };
  check("server_public_key", settings.server_public_key);
  check("public_key", settings.public_key);
  check("secret_key", settings.secret_key);
  return CurveKeys{settings.server_public_key, {settings.public_key, settings.secret_key}};
}

}  // namespace

class Client::Hidden {
 public:
  explicit Hidden(const Settings& settings)
      : settings_(settings),
        keys_(keys_of(settings)),
        session_(
            context_, settings.front,
            {.in_flight_commands_max = settings.in_flight_max,
             .commands_per_message_max = settings.batch_max,
             .answer_timeout_ms = static_cast<std::uint32_t>(settings.answer_timeout.count())},
            [this](std::uint64_t tag, const florin::Answer& answer) { take(tag, answer); }, keys_) {}

  void add(const Transaction& transaction, OnAnswer on_answer) {
    const Command command = command_of(transaction);
    Writer packed;
    encode_command(packed, {command, {}, transaction.async});
    waiting_.emplace(next_tag_, std::move(on_answer));
    session_.add(next_tag_++, command.wallet, std::move(packed).take());
  }

  std::size_t round(std::chrono::milliseconds timeout) {
    const std::uint64_t before = answered_;
    session_.round(static_cast<int>(timeout.count()));
    if (session_.session().failure()) {
      throw Error(session_.session().failure()->detail);
    }
    return answered_ - before;
  }

  [[nodiscard]] const Session& session() const { return session_.session(); }

  /// The payload of a reply; nothing for `not_found`.
  [[nodiscard]] std::optional<std::string> ask(const WalletId& wallet, QueryKind kind,
                                               std::string_view parameters) {
    return found(ask_shard(wallet, kind, parameters));
  }

  /// A transaction's entry; `queued` where there is none and it is in the router's inbox. Its shard may be
  /// away meanwhile, and may decide it between two questions.
  [[nodiscard]] std::optional<florin::Answer> transaction(const WalletId& wallet,
                                                          std::string_view parameters) {
    auto payload = ask_shard(wallet, QueryKind::transaction, parameters);
    if (!payload && is_queued(parameters)) {
      return queued_answer();
    }
    if (!payload && payload.error().code == Code::not_found) {
      payload = ask_shard(wallet, QueryKind::transaction, parameters);
    }
    const auto entry = found(std::move(payload));
    if (!entry) {
      return std::nullopt;
    }
    Reader reader(*entry);
    const auto row = decode_entry_row(reader);
    if (!row) {
      throw Error(row.error().detail);
    }
    return answer_of(row->entry, row->shard);
  }

 private:
  [[nodiscard]] Result<std::string> ask_shard(const WalletId& wallet, QueryKind kind,
                                              std::string_view parameters) {
    if (settings_.shard_queries.empty()) {
      throw Error("Settings::shard_queries names no door to ask at");
    }
    const auto shards = static_cast<std::uint16_t>(settings_.shard_queries.size());
    return queries_.ask(settings_.shard_queries[shard_of(wallet, shards).value()], kind, parameters);
  }

  [[nodiscard]] bool is_queued(std::string_view parameters) {
    return !settings_.router_query.empty() &&
           found(queries_.ask(settings_.router_query, QueryKind::transaction, parameters)).has_value();
  }

  static std::optional<std::string> found(Result<std::string> payload) {
    if (!payload && payload.error().code != Code::not_found) {
      throw Error(payload.error().detail);
    }
    return payload ? std::optional(std::move(*payload)) : std::nullopt;
  }

  void take(std::uint64_t tag, const florin::Answer& answer) {
    ++answered_;
    const auto found = waiting_.find(tag);
    const OnAnswer on_answer = std::move(found->second);
    waiting_.erase(found);
    if (on_answer) {
      on_answer(plain(answer));
    }
  }

  const Settings settings_;
  const std::optional<CurveKeys> keys_;
  zmq::context_t context_{1};
  std::map<std::uint64_t, OnAnswer> waiting_;
  std::uint64_t next_tag_ = 1;
  std::uint64_t answered_ = 0;
  SessionClient session_;
  QueryClient queries_{kQueryTimeoutMs, keys_};
};

Client::Client(const Settings& settings) : hidden_(std::make_unique<Hidden>(settings)) {}
Client::~Client() = default;

std::optional<Answer> Client::submit(const Transaction& transaction, std::chrono::milliseconds timeout) {
  // Shared, because the answer may come after this call has given up on it.
  const auto outcome = std::make_shared<std::optional<Answer>>();
  hidden_->add(transaction, [outcome](const Answer& answer) { *outcome = answer; });
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (auto now = std::chrono::steady_clock::now(); !*outcome && now < deadline;
       now = std::chrono::steady_clock::now()) {
    hidden_->round(std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now) +
                   std::chrono::milliseconds(1));
  }
  return *outcome;
}

void Client::add(const Transaction& transaction, OnAnswer on_answer) {
  hidden_->add(transaction, std::move(on_answer));
}

std::size_t Client::poll(std::chrono::milliseconds timeout) {
  return hidden_->round(timeout);
}

std::size_t Client::unanswered() const {
  return hidden_->session().unanswered();
}

bool Client::has_room() const {
  return hidden_->session().has_room();
}

std::optional<WalletState> Client::wallet(const std::string& id) {
  const auto wallet = checked<WalletId>(id, "wallet", is_name);
  Writer parameters;
  parameters.array(1).text(id);
  const auto payload = hidden_->ask(wallet, QueryKind::wallet, parameters.view());
  if (!payload) {
    return std::nullopt;
  }
  Reader reader(*payload);
  const WalletRow row = decode_wallet_row(reader);
  if (!reader.ok()) {
    throw Error(reader.problem().detail);
  }
  return plain(row.state);
}

std::optional<Answer> Client::transaction(const std::string& wallet, const std::string& id) {
  const auto wallet_id = checked<WalletId>(wallet, "wallet", is_name);
  Writer parameters;
  parameters.array(2).text(wallet).text(id);
  const auto answer = hidden_->transaction(wallet_id, parameters.view());
  return answer ? std::optional(plain(*answer)) : std::nullopt;
}

}  // namespace florin::client
