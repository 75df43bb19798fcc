#include "actors/bootstrap_agent.hpp"

#include <chrono>
#include <thread>

namespace florin {

namespace {

std::vector<TracedCommand> bootstrap_commands(const std::vector<BootstrapWallet>& wallets) {
  std::vector<TracedCommand> commands;
  for (const BootstrapWallet& wallet : wallets) {
    Command open;
    open.kind = Kind::open;
    open.id = TransactionId("bootstrap:open");
    open.wallet = wallet.wallet;
    open.currency = wallet.currency;
    commands.push_back({open, {}});
    if (wallet.deposit.value() > 0) {
      Command fund = open;
      fund.kind = Kind::deposit;
      fund.id = TransactionId("bootstrap:fund");
      fund.amount = wallet.deposit;
      commands.push_back({fund, {}});
    }
  }
  return commands;
}

}  // namespace

BootstrapAgent::BootstrapAgent(zmq::context_t& context, const Config& config, Log& log)
    : log_(log),
      commands_(bootstrap_commands(config.bootstrap)),
      client_(
          context, config.endpoints.front, {},
          [this](std::uint64_t index, const Answer& answer) { take(index, answer); }, config.doors.client) {
  for (std::size_t index = 0; index < commands_.size(); ++index) {
    Writer packed;
    encode_command(packed, commands_[index]);
    client_.add(index, commands_[index].command.wallet, std::move(packed).take());
  }
}

void BootstrapAgent::round(int timeout_ms) {
  if (answered_ == commands_.size()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(timeout_ms));
    return;
  }
  client_.round(timeout_ms);
}

void BootstrapAgent::take(std::size_t index, const Answer& answer) {
  const Command& command = commands_[index].command;
  if (answer.resolution != Resolution::success) {
    log_.warning("bootstrap", "refused",
                 {{"wallet", std::string(command.wallet.view())},
                  {"kind", std::string(florin::name(command.kind))},
                  {"reason", std::string(florin::name(answer.code))}});
  }
  fresh_ += answer.duplicate ? 0 : 1;
  if (++answered_ == commands_.size()) {
    log_.info("bootstrap", "ready",
              {{"transactions", std::to_string(commands_.size())}, {"new", std::to_string(fresh_)}});
  }
}

}  // namespace florin
