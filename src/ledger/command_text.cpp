#include "ledger/command_text.hpp"

#include "base/invariant.hpp"
#include "ledger/amount_text.hpp"

namespace florin {

namespace {

std::string limit_text(const Command& command) {
  return command.credit_limit ? "limit " + amount_text(*command.credit_limit, command.currency)
                              : std::string();
}

}  // namespace

std::string subject_text(const Command& command) {
  switch (command.kind) {
    case Kind::deposit:
    case Kind::withdraw:
    case Kind::payment:
      return amount_text(command.amount, command.currency) +
             (command.mode == Mode::advise ? " (advice)" : "");
    case Kind::open:
      return std::string(command.currency.code()) + (command.credit_limit ? ", " : "") + limit_text(command);
    case Kind::freeze: return std::string(name(command.freeze));
    case Kind::set_limits: return limit_text(command);
    case Kind::unfreeze:
    case Kind::close: return {};
  }
  invariant(false, "a kind is one of its enumerators");
  return {};
}

}  // namespace florin
