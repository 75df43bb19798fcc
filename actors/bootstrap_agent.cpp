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
    : client_(context, config.endpoints.front), log_(log), commands_(bootstrap_commands(config.bootstrap)) {}

void BootstrapAgent::round(int timeout_ms) {
  if (next_ == commands_.size()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(timeout_ms));
    return;
  }
  if (awaited_ == 0) {
    send_next();
  }
  for (const AddressedAnswer& answer : client_.receive_answers(timeout_ms)) {
    if (answer.number == awaited_) {
      take(answer.answer);
    }
  }
}

void BootstrapAgent::send_next() {
  awaited_ = client_.submit({&commands_[next_], 1});
}

void BootstrapAgent::take(const Answer& answer) {
  awaited_ = 0;
  if (answer.code == Code::overloaded || answer.code == Code::store_fault) {
    return;  // sent again in the next round
  }
  const Command& command = commands_[next_].command;
  if (answer.resolution != Resolution::success) {
    log_.warning("bootstrap", "refused",
                 {{"wallet", std::string(command.wallet.view())},
                  {"kind", std::string(florin::name(command.kind))},
                  {"reason", std::string(florin::name(answer.code))}});
  }
  fresh_ += answer.duplicate ? 0 : 1;
  if (++next_ == commands_.size()) {
    log_.info("bootstrap", "ready",
              {{"transactions", std::to_string(commands_.size())}, {"new", std::to_string(fresh_)}});
  }
}

}  // namespace florin
