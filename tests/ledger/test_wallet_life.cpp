// Opening and closing a wallet.

#include "ledger/decide.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

WalletState open_state() {
  return decide(open_wallet("o", "w"), WalletState{}).after;
}

TEST_CASE("A wallet is opened empty in its currency without credit") {
  const WalletState wallet = open_state();
  CHECK(wallet.status == WalletStatus::open);
  CHECK(wallet.currency == currency("EUR"));
  CHECK(wallet.balance == MinorUnits(0));
  CHECK(wallet.credit_limit == MinorUnits(0));
}

TEST_CASE("A wallet may be opened with a credit limit") {
  Command command = open_wallet("o", "w");
  command.credit_limit = MinorUnits(500);
  CHECK(decide(command, WalletState{}).after.credit_limit == MinorUnits(500));
}

TEST_CASE("A wallet that owes money cannot be closed") {
  WalletState wallet = open_state();
  wallet.balance = MinorUnits(-1);
  CHECK(decide(close_wallet("c", "w"), wallet).reason == Code::balance_not_zero);
}

TEST_CASE("A wallet with a hold or a transfer open cannot be closed") {
  WalletState held = open_state();
  held.open_holds = 1;
  CHECK(decide(close_wallet("c", "w"), held).reason == Code::money_pending);
  WalletState sending = open_state();
  sending.outgoing_transfers = 1;
  CHECK(decide(close_wallet("c", "w"), sending).reason == Code::money_pending);
}

TEST_CASE("A closed wallet is never opened again") {
  const WalletState closed = decide(close_wallet("c", "w"), open_state()).after;
  CHECK(closed.status == WalletStatus::closed);
  CHECK(decide(open_wallet("o2", "w"), closed).reason == Code::wallet_exists);
}

TEST_CASE("The account on the other side is the one named or the default of the kind") {
  const WalletState wallet = open_state();
  CHECK(decide(deposit("d", "w", 1), wallet).external.view() == "bank:settlement");
  CHECK(decide(payment("p", "w", 1), wallet).external.view() == "card:settlement");
  Command fee = withdraw("f", "w", 1);
  fee.external = ExternalAccount("fees");
  CHECK(decide(fee, wallet).external.view() == "fees");
  CHECK(decide(close_wallet("c", "w"), wallet).external.empty());
}

TEST_CASE("A decision leaves version and position to the journal") {
  WalletState wallet = open_state();
  wallet.version = WalletVersion(7);
  wallet.stands_at = SequenceNumber(9);
  const WalletState after = decide(deposit("d", "w", 1), wallet).after;
  CHECK(after.version == WalletVersion(7));
  CHECK(after.stands_at == SequenceNumber(9));
}

}  // namespace
}  // namespace florin::test
