// Account rows that are written back later are what the last commit left, whenever the process ends.

#include <map>
#include <memory>
#include <random>

#include "storage/dirty_accounts.hpp"
#include "storage/lmdb_accounting_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/show.hpp"
#include "tests/support/tamper.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

const lmdb::EnvOptions kSmall{std::uint64_t{64} << 20U, 16, 16};
constexpr DirtyAccounts::Limits kTight{60, 4};
constexpr std::size_t kChangedMax = 20;

Account account(std::uint64_t wallet, std::int64_t balance) {
  Account made;
  made.wallet = WalletId("w" + std::to_string(wallet));
  made.currency = currency("EUR");
  made.balance = MinorUnits(balance);
  made.version = WalletVersion(static_cast<std::uint64_t>(balance));
  return made;
}

using Model = std::map<std::string, Account>;

/// Changes of one commit, in key order.
std::vector<Account> changes(std::mt19937& random, std::int64_t balance) {
  Model by_wallet;
  const std::uint64_t count = 1 + random() % kChangedMax;
  for (std::uint64_t i = 0; i < count; ++i) {
    const Account changed = account(random() % 300, balance);
    by_wallet[std::string(changed.wallet.view())] = changed;
  }
  std::vector<Account> accounts;
  for (const auto& [wallet, changed] : by_wallet) {
    accounts.push_back(changed);
  }
  return accounts;
}

void check_equal(const LmdbAccountingStore& store, const Model& model) {
  std::string after;
  auto expected = model.begin();
  for (bool more = true; more;) {
    const auto page = store.accounts(after, 7);
    for (const Account& row : page.rows) {
      REQUIRE(expected != model.end());
      REQUIRE(row == expected->second);
      after = row.wallet.view();
      ++expected;
    }
    more = page.more;
  }
  REQUIRE(expected == model.end());
}

TEST_CASE("Accounts are those of the last commit however often the store is opened again") {
  const auto seed = GENERATE(range(1U, 9U));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const TempDir directory;
  auto store = std::make_unique<LmdbAccountingStore>(directory.path(), kSmall, kTight);
  Model model;
  for (std::int64_t i = 1; i <= 60; ++i) {
    const auto accounts = changes(random, i);
    store->commit({{}, {}, accounts, {}});
    for (const Account& changed : accounts) {
      model[std::string(changed.wallet.view())] = changed;
    }
    if (random() % 4 == 0) {  // nothing is written when it ends, so this is a kill
      store.reset();
      store = std::make_unique<LmdbAccountingStore>(directory.path(), kSmall, kTight);
    } else if (random() % 4 == 0) {
      store->reopen();
    }
    check_equal(*store, model);
    const Account& one = accounts.front();
    REQUIRE(store->account(one.wallet) == one);
  }
}

TEST_CASE("What waits to be written back stays within its limit and its images do not pile up") {
  const TempDir directory;
  std::mt19937 random(7);
  {
    LmdbAccountingStore store(directory.path(), kSmall, kTight);
    for (std::int64_t i = 1; i <= 500; ++i) {
      store.commit({{}, {}, changes(random, i), {}});
    }
  }
  CHECK(Tamper(directory.path()).rows("images").size() < 80);
  CHECK(Tamper(directory.path()).rows("accounts").size() > 200);
}

TEST_CASE("A commit that changes few accounts writes their rows at once and keeps no image") {
  const TempDir directory;
  {
    LmdbAccountingStore store(directory.path(), kSmall);
    const std::vector<Account> accounts{account(1, 5), account(2, 6)};
    store.commit({{}, {}, accounts, {}});
  }
  CHECK(Tamper(directory.path()).rows("images").empty());
  CHECK(Tamper(directory.path()).rows("accounts").size() == 2);
}

TEST_CASE("Rows in memory never exceed their limit by more than two commits change") {
  std::mt19937 random(3);
  DirtyAccounts dirty(kTight);
  for (std::int64_t i = 1; i <= 300; ++i) {
    const auto accounts = changes(random, i);
    const auto slice = dirty.next_slice(accounts);
    dirty.committed(slice, accounts);
    REQUIRE(dirty.wallets().size() <= kTight.rows_max + 2 * kChangedMax);
  }
}

}  // namespace
}  // namespace florin::test
