#include "tests/support/random_commands.hpp"

#include "tests/support/commands.hpp"

namespace florin {

// NOLINTNEXTLINE(readability-identifier-naming): the name that rapidcheck looks for
void showValue(const TracedCommand& traced, std::ostream& out) {
  const Command& command = traced.command;
  out << name(command.kind) << ' ' << command.id.view() << ' ' << command.wallet.view() << ' '
      << command.amount.value() << command.currency.code() << ' ' << name(command.mode);
}

}  // namespace florin

namespace florin::test {

namespace {

int below(int end) {
  return *rc::gen::inRange(0, end);
}

bool one_in(int count) {
  return below(count) == 0;
}

std::int64_t any_amount() {
  if (one_in(12)) {
    return *rc::gen::inRange<std::int64_t>(kAmountMax.value() - 2, kAmountMax.value() + 1);
  }
  return *rc::gen::inRange<std::int64_t>(1, 1000);
}

Command any_content() {
  static constexpr const char* kWallets[] = {"w0", "w1", "w2", "w3", "user7~EUR", "user7~USD", "user8~EUR"};
  const std::string wallet = kWallets[below(7)];
  const std::string id = "t" + std::to_string(below(60));
  const char* code = one_in(6) ? "USD" : "EUR";
  switch (below(12)) {
    case 0:
    case 1: return open_wallet(id, wallet, code);
    case 2:
    case 3:
    case 4: return deposit(id, wallet, any_amount(), code);
    case 5:
    case 6: return withdraw(id, wallet, any_amount(), code);
    case 7:
    case 8: return payment(id, wallet, any_amount(), code);
    case 9: return freeze(id, wallet, static_cast<FreezeScope>(1 + below(3)));
    case 10: return one_in(3) ? close_wallet(id, wallet) : unfreeze(id, wallet);
    default: return set_limits(id, wallet, below(2000), code);
  }
}

TracedCommand with_options(Command command) {
  TracedCommand traced{command, std::nullopt};
  if (moves_money(command.kind)) {
    traced.command.mode = one_in(4) ? Mode::advise : Mode::authorise;
    if (one_in(5)) {
      traced.command.external = ExternalAccount(one_in(2) ? "fees" : "card:visa");
    }
  }
  if (command.kind == Kind::payment && one_in(3)) {
    traced.command.merchant = Merchant("Caf\xC3\xA9");
  }
  if (command.kind == Kind::open && one_in(4)) {
    traced.command.credit_limit = MinorUnits(below(500));
  }
  if (one_in(5)) {
    traced.command.reference = Reference("ref " + std::to_string(below(3)));
  }
  if (one_in(5)) {
    traced.command.effective_date = 20260101U + static_cast<std::uint32_t>(below(28));
  }
  if (one_in(5)) {
    traced.trace = fixed_from<Id128>(std::string(16, static_cast<char>('a' + below(26))));
  }
  return traced;
}

}  // namespace

rc::Gen<TracedCommand> any_command() {
  return rc::gen::exec([] { return with_options(any_content()); });
}

rc::Gen<Commands> any_commands() {
  // Every sixth is sent again as it was, somewhere later.
  constexpr int kOf = 120;
  constexpr int kRepeated = 20;
  using Drawn = std::vector<std::pair<TracedCommand, int>>;
  return rc::gen::map(rc::gen::container<Drawn>(rc::gen::pair(any_command(), rc::gen::inRange(0, kOf))),
                      [](const Drawn& drawn) {
                        Commands commands;
                        for (const auto& [command, draw] : drawn) {
                          const std::size_t earlier =
                              commands.size() * static_cast<std::size_t>(draw) / kRepeated;
                          commands.push_back(earlier < commands.size() ? commands[earlier] : command);
                        }
                        return commands;
                      });
}

Commands commands_of_seed(std::uint64_t seed) {
  constexpr int kSize = 100;
  return any_commands()(rc::Random(seed), kSize).value();
}

bool finds_within(int seeds, const std::function<Finding(const Commands&)>& harness) {
  for (int seed = 0; seed < seeds; ++seed) {
    if (harness(commands_of_seed(static_cast<std::uint64_t>(seed)))) {
      return true;
    }
  }
  return false;
}

}  // namespace florin::test
