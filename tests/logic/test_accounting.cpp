// The read model is made from records alone, each counted exactly once.

#include <tuple>

#include "logic/accounting_logic.hpp"
#include "storage/lmdb_consumer_stores.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/journal_source.hpp"
#include "tests/support/show.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

struct Fixture {
  TempDir directory;
  LmdbAccountingStore store{directory.path(), {std::uint64_t{16} << 20U, 16, 16}};
  FlowObserver observer;
  JournalSource source;
  AccountingLogic logic{store, observer};
  std::uint64_t taken = 0;

  Fixture() { source.journal.open_epoch(); }

  void commit(const std::vector<Command>& commands) { source.journal.commit(commands); }
  /// Hands the records over that were not yet.
  void take_all(AccountingLogic& to) {
    for (const std::string& bytes : source.store.snapshot()->records(BatchOrdinal(taken), SIZE_MAX).rows) {
      REQUIRE(to.take(read_record(bytes).value()).has_value());
      ++taken;
    }
  }
  Account account(std::string_view wallet) const {
    return store.account(WalletId(wallet)).value_or(Account{});
  }
};

TEST_CASE_METHOD(Fixture, "An account shows what its wallet holds and what went through it") {
  commit({open_wallet("o", "w"), deposit("a", "w", 100), deposit("b", "w", 50)});
  commit({payment("c", "w", 30), withdraw("d", "w", 1000), freeze("e", "w")});
  take_all(logic);
  logic.flush(TimeUs(1));
  const Account shown = account("w");
  CHECK(shown.currency == currency("EUR"));
  CHECK(shown.balance == MinorUnits(120));
  CHECK((shown.credited == 150));
  CHECK((shown.debited == 30));
  CHECK(shown.completed == 3);
  CHECK(shown.version == source.store.snapshot()->wallet(WalletId("w"))->version);
}

TEST_CASE_METHOD(Fixture, "Nothing is durable before the flush and everything with its position after it") {
  commit({open_wallet("o", "w"), deposit("a", "w", 100)});
  take_all(logic);
  CHECK(store.positions().empty());
  CHECK_FALSE(store.account(WalletId("w")).has_value());
  logic.flush(TimeUs(1));
  REQUIRE(store.positions().size() == 1);
  CHECK(store.positions()[0].hash == source.store.head().hash);
}

TEST_CASE_METHOD(Fixture, "What was taken and not flushed is taken again after a restart and counted once") {
  commit({open_wallet("o", "w"), deposit("a", "w", 100)});
  take_all(logic);
  logic.flush(TimeUs(1));
  commit({deposit("b", "w", 10)});
  take_all(logic);

  AccountingLogic restarted(store, observer);
  taken = store.positions()[0].ordinal.value();
  take_all(restarted);
  restarted.flush(TimeUs(2));
  CHECK(account("w").balance == MinorUnits(110));
  CHECK(account("w").completed == 2);
  CHECK(store.daily_totals().front().count == 2);
}

TEST_CASE_METHOD(Fixture, "Money in suspense belongs to no account and is counted in its day") {
  commit({open_wallet("o", "w"), advice(deposit("a", "w", 5, "USD")), advice(deposit("b", "nobody", 7))});
  take_all(logic);
  logic.flush(TimeUs(1));
  CHECK(account("w").balance == MinorUnits(0));
  CHECK(account("w").completed == 0);
  CHECK(account("nobody").balance == MinorUnits(0));
  CHECK_FALSE(account("nobody").currency.known());
  CHECK(store.daily_totals().size() == 2);
}

TEST_CASE_METHOD(Fixture, "A statement has each movement and what could not be applied and nothing else") {
  Command paid = payment("p", "w", 30);
  paid.reference = Reference("invoice 7");
  paid.effective_date = 20231113;
  commit({open_wallet("o", "w"), deposit("d", "w", 100), open_wallet("o2", "v"), deposit("d2", "v", 5)});
  commit({paid, withdraw("poor", "w", 1000), freeze("f", "w"), advice(deposit("usd", "w", 7, "USD")),
          advice(payment("over", "w", 100))});
  take_all(logic);
  logic.flush(TimeUs(1));
  const auto lines = store.lines(LineNumber(0), 100).rows;
  REQUIRE(lines.size() == 5);
  CHECK(store.last_line() == LineNumber(5));
  const auto& [opening, other, payment_line, unapplied, overdrawn] =
      std::tie(lines[0], lines[1], lines[2], lines[3], lines[4]);
  CHECK(opening.id == TransactionId("d"));
  CHECK(opening.previous == LineNumber(0));
  CHECK(opening.balance == MinorUnits(100));
  CHECK(opening.external == ExternalAccount("bank:settlement"));
  CHECK(other.wallet == WalletId("v"));
  CHECK(payment_line.previous == opening.number);
  CHECK(payment_line.amount == MinorUnits(30));
  CHECK(payment_line.balance == MinorUnits(70));
  CHECK(payment_line.reference == Reference("invoice 7"));
  CHECK(payment_line.effective_date == 20231113);
  CHECK(unapplied.unapplied);
  CHECK(unapplied.currency == currency("USD"));
  CHECK(unapplied.balance == MinorUnits(70));
  CHECK(overdrawn.overdrawn);
  CHECK(overdrawn.balance == MinorUnits(-30));
  CHECK(overdrawn.previous == unapplied.number);
  CHECK(account("w").last_line == overdrawn.number);
  CHECK(account("v").last_line == other.number);
}

TEST_CASE_METHOD(Fixture, "Lines go on behind the last one after a restart") {
  commit({open_wallet("o", "w"), deposit("a", "w", 100)});
  take_all(logic);
  logic.flush(TimeUs(1));
  commit({deposit("b", "w", 1)});
  take_all(logic);  // and is lost before the flush
  AccountingLogic restarted(store, observer);
  taken = store.positions()[0].ordinal.value();
  take_all(restarted);
  restarted.flush(TimeUs(2));
  CHECK(store.last_line() == LineNumber(2));
  CHECK(store.line(LineNumber(2))->previous == LineNumber(1));
}

TEST_CASE_METHOD(Fixture, "A day's totals are by currency and kind of what succeeded") {
  commit({open_wallet("o", "w"), deposit("a", "w", 100), deposit("b", "w", 1), withdraw("c", "w", 60),
          withdraw("d", "w", 9999)});
  take_all(logic);
  logic.flush(TimeUs(1));
  const std::uint32_t day = utc_day(source.journal.now);
  CHECK(day == 20231114);
  const auto deposits = store.daily_total({day, currency("EUR"), Kind::deposit});
  REQUIRE(deposits.has_value());
  CHECK(deposits->count == 2);
  CHECK((deposits->sum == 101));
  CHECK(store.daily_total({day, currency("EUR"), Kind::withdraw})->count == 1);
}

TEST_CASE_METHOD(Fixture, "A record that is not its wallets' next is refused whole and counts nothing") {
  commit({open_wallet("o", "w"), deposit("a", "w", 100)});
  commit({deposit("b", "w", 1)});
  const std::string second = source.record(3);
  const auto refused = logic.take(read_record(second).value());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == Code::diverged);
  CHECK(refused.error().detail.find("wallet w stands at version 0") != std::string::npos);
  logic.flush(TimeUs(1));
  CHECK(store.positions().empty());
  take_all(logic);
  logic.flush(TimeUs(1));
  CHECK(account("w").balance == MinorUnits(101));
}

TEST_CASE("Days begin at midnight UTC") {
  constexpr std::int64_t kDay = 86'400'000'000;
  CHECK(utc_day(TimeUs(0)) == 19700101);
  CHECK(utc_day(TimeUs(-1)) == 19691231);
  CHECK(utc_day(TimeUs(kDay - 1)) == 19700101);
  CHECK(utc_day(TimeUs(kDay)) == 19700102);
  CHECK(utc_day(TimeUs(951'782'400'000'000)) == 20000229);
  CHECK(utc_day(TimeUs(951'782'400'000'000 + kDay)) == 20000301);
  CHECK(utc_day(TimeUs(1'767'225'599'999'999)) == 20251231);
  CHECK(utc_day(TimeUs(1'767'225'600'000'000)) == 20260101);
  CHECK(utc_day(TimeUs(4'107'542'400'000'000)) == 21000301);
}

}  // namespace
}  // namespace florin::test
