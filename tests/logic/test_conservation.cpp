// Money is neither made nor lost, and what is derived from the journal is what the journal says.

#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/lying_store.hpp"
#include "tests/support/property.hpp"
#include "tests/support/random_commands.hpp"

namespace florin::test {
namespace {

/// What the entries of a journal add up to, folded apart from the production code's own fold.
struct Refolded {
  std::map<std::string, WalletState> wallets;
  std::map<AccountKey, Int128> totals;
};

Refolded refold(const ShardSnapshot& snapshot) {
  Refolded folded;
  for (const std::string& bytes : snapshot.records(BatchOrdinal(0), SIZE_MAX).rows) {
    const auto entries = read_record(bytes).value().entries();
    for (const Entry& entry : entries.value()) {
      for (const Side& side : entry.sides) {
        folded.wallets[std::string(side.wallet.view())] = side.after;
      }
      const Postings postings = entry.postings();
      for (const Posting& posting : postings.all()) {
        folded.totals[posting.account] += posting.delta_minor;
      }
    }
  }
  return folded;
}

Finding find_fault(const ShardSnapshot& snapshot) {
  const Totals totals = snapshot.totals();
  for (const auto& [of_currency, sum] : totals.imbalance()) {
    if (sum != 0) {
      return std::string(of_currency.code()) + " is out of balance";
    }
  }
  std::map<std::string, WalletState> stored;
  std::map<Currency, Int128> balances;
  for (const WalletRow& row : snapshot.wallets({}, SIZE_MAX).rows) {
    stored[std::string(row.wallet.view())] = row.state;
    balances[row.state.currency] += row.state.balance.value();
  }
  for (const auto& [account, total] : totals.all()) {
    if (account.account_class == AccountClass::wallets && balances[account.currency] != total) {
      return "the wallets' total is not the sum of the wallets";
    }
  }
  const Refolded folded = refold(snapshot);
  if (folded.wallets != stored) {
    return "the stored wallets are not what the entries say";
  }
  return folded.totals == totals.all() ? Finding() : Finding("the totals are not what the entries moved");
}

Finding find_fault(const Commands& commands, const StoreMaker& make_store) {
  Cluster cluster({2, 3, 2, 4}, steady_clock(), make_store);
  (void)cluster.run(commands);
  for (std::size_t i = 0; i < cluster.shards(); ++i) {
    if (auto fault = find_fault(*cluster.store(i).snapshot())) {
      return fault;
    }
  }
  return std::nullopt;
}

TEST_CASE("After any commands every currency sums to zero and the journal says what is stored") {
  check_property("money is conserved", [] {
    const Commands commands = *any_commands();
    RC_ASSERT(find_fault(commands, memory_stores()) == Finding());
  });
}

TEST_CASE("Random commands reach every outcome that they are to try") {
  std::map<Code, int> seen;
  int duplicates = 0;
  int overdrawn = 0;
  int unapplied = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Cluster cluster({2, 3, 2, 4});
    for (const Answer& answer : cluster.run(commands_of_seed(seed))) {
      ++seen[answer.code];
      duplicates += answer.duplicate ? 1 : 0;
      overdrawn += answer.overdrawn ? 1 : 0;
      unapplied += answer.unapplied ? 1 : 0;
    }
  }
  for (const Code code :
       {Code::none, Code::idempotency_conflict, Code::wallet_not_found, Code::wallet_exists,
        Code::wallet_closed, Code::debits_frozen, Code::credits_frozen, Code::currency_mismatch,
        Code::insufficient_funds, Code::balance_limit, Code::balance_not_zero}) {
    INFO(name(code));
    CHECK(seen[code] > 0);
  }
  CHECK(duplicates > 0);
  CHECK(overdrawn > 0);
  CHECK(unapplied > 0);
}

StoreMaker lying(const LyingStore::Lies& lies) {
  return [lies](ShardIndex shard) { return std::make_unique<LyingStore>(memory_stores()(shard), lies); };
}

bool caught(const LyingStore::Lies& lies) {
  return finds_within(20, [&](const Commands& commands) { return find_fault(commands, lying(lies)); });
}

TEST_CASE("Planted: a store that loses a wallet's row is caught") {
  LyingStore::Lies lies;
  lies.stored_wallets = [](std::span<const WalletRow> rows, const BatchHeader& header) {
    const bool loses = header.ordinal.value() % 5 == 0 && !rows.empty();
    return std::vector<WalletRow>(rows.begin(), rows.end() - (loses ? 1 : 0));
  };
  CHECK(caught(lies));
}

TEST_CASE("Planted: a unit of money made from nothing is caught") {
  LyingStore::Lies lies;
  lies.wallet = [](std::optional<WalletState> state, const Head& head) {
    if (state && head.header.ordinal.value() % 3 == 0 && state->balance < kAmountMax) {
      state->balance = MinorUnits(state->balance.value() + 1);
    }
    return state;
  };
  CHECK(caught(lies));
}

TEST_CASE("Planted: a total that drifts is caught") {
  LyingStore::Lies lies;
  lies.stored_totals = [](Totals totals, const BatchHeader& header) {
    if (header.ordinal.value() == 4) {
      totals.set({currency("EUR"), AccountClass::wallets, {}}, 1);
    }
    return totals;
  };
  CHECK(caught(lies));
}

}  // namespace
}  // namespace florin::test
