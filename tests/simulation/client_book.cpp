#include "tests/simulation/client_book.hpp"

#include <algorithm>

#include "tests/simulation/world.hpp"

namespace florin::sim {

namespace {

constexpr std::uint64_t kSessionPerMille = 800;
constexpr std::uint64_t kRepeatedPerMille = 120;
constexpr std::uint64_t kMalformedPerMille = 40;
constexpr std::uint64_t kConflictPerMille = 300;  ///< of those repeated
constexpr std::uint64_t kAdvicePerMille = 150;
constexpr std::uint64_t kLargestPerMille = 10;

Currency euro() {
  return Currency::parse("EUR").value();
}

Kind any_kind(Random& random) {
  // Mostly what moves money; a wallet is closed rarely, because little happens behind that.
  const std::uint64_t draw = random.below(100);
  if (draw < 12) return Kind::open;
  if (draw < 45) return Kind::deposit;
  if (draw < 65) return Kind::withdraw;
  if (draw < 85) return Kind::payment;
  if (draw < 88) return Kind::freeze;
  if (draw < 93) return Kind::unfreeze;
  if (draw < 94) return Kind::close;
  return Kind::set_limits;
}

}  // namespace

ClientBook::ClientBook(World& world, std::string name, Random random, unsigned budget)
    : world_(world),
      name_(std::move(name)),
      random_(random),
      async_(random.split("async")),
      uses_session_(random_.chance(kSessionPerMille)),
      budget_(budget) {}

std::optional<std::size_t> ClientBook::next() {
  if (budget_ == 0) {
    return std::nullopt;
  }
  --budget_;
  const std::string& wallet = world_.wallets()[random_.below(world_.wallets().size())];
  std::vector<Command>& earlier = world_.used_ids[wallet];
  if (random_.chance(kMalformedPerMille)) {
    wanted_.push_back(malformed(wallet));
  } else if (!earlier.empty() && random_.chance(kRepeatedPerMille)) {
    wanted_.push_back(
        {repeated(wallet, earlier[random_.below(earlier.size())]), wallet, {}, 0, false, false});
  } else {
    wanted_.push_back({fresh(wallet), wallet, {}, 0, false, false});
    earlier.push_back(*wanted_.back().command);
  }
  Wanted& wanted = wanted_.back();
  wanted.is_async = wanted.command && async_.chance(world_.plan.async_per_mille);
  return wanted_.size() - 1;
}

bool ClientBook::all_answered() const {
  return std::all_of(wanted_.begin(), wanted_.end(), [](const Wanted& wanted) { return wanted.answered; });
}

Command ClientBook::fresh(const std::string& wallet) {
  Command command;
  command.kind = any_kind(random_);
  command.wallet = WalletId(wallet);
  command.id = TransactionId(fmt::format("{}:{}", name_, ++thought_of_));
  if (names_currency(command.kind)) {
    command.currency = random_.chance(960) ? euro() : Currency::parse("USD").value();
  }
  if (moves_money(command.kind)) {
    command.amount = random_.chance(kLargestPerMille) ? kAmountMax : MinorUnits(random_.between(1, 300));
    command.mode = random_.chance(kAdvicePerMille) ? Mode::advise : Mode::authorise;
    if (random_.chance(100)) {
      command.external = ExternalAccount("bank:other");
    }
  }
  if (command.kind == Kind::payment && random_.chance(300)) {
    command.merchant = Merchant("shop");
  }
  if (command.kind == Kind::freeze) {
    command.freeze = static_cast<FreezeScope>(random_.between(1, 3));
  }
  if (command.kind == Kind::set_limits || (command.kind == Kind::open && random_.chance(300))) {
    command.credit_limit = MinorUnits(random_.between(0, 500));
  }
  if (random_.chance(100)) {
    command.effective_date = 20260102;
  }
  return command;
}

/// The same id in the same wallet: the same content, or other.
Command ClientBook::repeated(const std::string& wallet, const Command& earlier) {
  if (!random_.chance(kConflictPerMille)) {
    Command command = earlier;
    command.effective_date = random_.chance(200) ? 20260103 : command.effective_date;  // no content
    return command;
  }
  Command command = fresh(wallet);
  command.id = earlier.id;
  return command;
}

Wanted ClientBook::malformed(const std::string& wallet) {
  Wanted wanted;
  wanted.wallet = wallet;
  const std::string id = fmt::format("{}:bad-{}", name_, ++thought_of_);
  Writer writer;
  switch (random_.below(5)) {
    case 0:
      writer.array(6).uint(2).text(id).text(wallet).uint(0).text("EUR").map(0);
      wanted.refused_with = 112;
      break;
    case 1:
      writer.array(6).uint(2).text(id).text(wallet).uint(5).text("XXX").map(0);
      wanted.refused_with = 113;
      break;
    case 2:
      writer.array(4).uint(99).text(id).text(wallet).map(0);
      wanted.refused_with = 103;
      break;
    case 3:
      writer.array(4).uint(6).text("4111111111111111").text(wallet).map(0);
      wanted.refused_with = 111;
      break;
    default:
      writer.array(4).uint(6).text(id).text(wallet).map(1).text("colour").text("red");
      wanted.refused_with = 107;
      break;
  }
  wanted.packed_malformed = std::move(writer).take();
  return wanted;
}

std::string pack(const Command& command, bool is_async, std::uint64_t submission) {
  Writer writer;
  encode_command(writer, {command, trace_of(submission), is_async});
  return std::move(writer).take();
}

}  // namespace florin::sim
