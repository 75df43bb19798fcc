#include "tests/support/commands.hpp"

#include "base/invariant.hpp"
#include "protocol/command_codec.hpp"

namespace florin::test {

namespace {

Command bare(Kind kind, std::string_view id, std::string_view wallet) {
  Command command;
  command.kind = kind;
  command.id = TransactionId(id);
  command.wallet = WalletId(wallet);
  return command;
}

Command movement(Kind kind, std::string_view id, std::string_view wallet, std::int64_t amount_minor,
                 std::string_view currency_code) {
  Command command = bare(kind, id, wallet);
  command.amount = MinorUnits(amount_minor);
  command.currency = currency(currency_code);
  return command;
}

}  // namespace

Currency currency(std::string_view code) {
  const auto parsed = Currency::parse(code);
  invariant(parsed.has_value(), "tests name currencies that exist");
  return *parsed;
}

Command open_wallet(std::string_view id, std::string_view wallet, std::string_view currency_code) {
  Command command = bare(Kind::open, id, wallet);
  command.currency = currency(currency_code);
  return command;
}

Command deposit(std::string_view id, std::string_view wallet, std::int64_t amount_minor,
                std::string_view currency_code) {
  return movement(Kind::deposit, id, wallet, amount_minor, currency_code);
}

Command withdraw(std::string_view id, std::string_view wallet, std::int64_t amount_minor,
                 std::string_view currency_code) {
  return movement(Kind::withdraw, id, wallet, amount_minor, currency_code);
}

Command payment(std::string_view id, std::string_view wallet, std::int64_t amount_minor,
                std::string_view currency_code) {
  return movement(Kind::payment, id, wallet, amount_minor, currency_code);
}

Command freeze(std::string_view id, std::string_view wallet, FreezeScope scope) {
  Command command = bare(Kind::freeze, id, wallet);
  command.freeze = scope;
  return command;
}

Command unfreeze(std::string_view id, std::string_view wallet) {
  return bare(Kind::unfreeze, id, wallet);
}

Command close_wallet(std::string_view id, std::string_view wallet) {
  return bare(Kind::close, id, wallet);
}

Command set_limits(std::string_view id, std::string_view wallet, std::int64_t credit_limit_minor,
                   std::string_view currency_code) {
  Command command = bare(Kind::set_limits, id, wallet);
  command.currency = currency(currency_code);
  command.credit_limit = MinorUnits(credit_limit_minor);
  return command;
}

Command advice(Command command) {
  command.mode = Mode::advise;
  return command;
}

std::string packed(const Command& command) {
  Writer writer;
  encode_command(writer, {command, std::nullopt});
  return std::move(writer).take();
}

}  // namespace florin::test
