#include <set>

#include "tests/support/catch.hpp"
#include "tools/bench_workload.hpp"

namespace florin::test {
namespace {

WorkloadOptions workload_of(IdOrder ids, std::uint64_t seed = 7) {
  WorkloadOptions options;
  options.seed = seed;
  options.wallets = 100;
  options.ids = ids;
  return options;
}

TEST_CASE("A command of a benchmark follows from its number, and the number from its id") {
  const IdOrder ids = GENERATE(IdOrder::ordered, IdOrder::random);
  const Workload workload(workload_of(ids));
  const Workload again(workload_of(ids));
  for (const std::uint64_t number : {0ULL, 1ULL, 2ULL, 4711ULL, 123'456'789'012ULL, ~0ULL}) {
    const Command command = workload.command(number);
    CHECK(command == again.command(number));
    CHECK(workload.number_of(command.id) == number);
    CHECK(is_name(command.id.view()));
    CHECK_FALSE(looks_like_card_number(command.id.view()));
  }
}

TEST_CASE("Ordered ids of a benchmark are in order and random ones are not") {
  const auto is_sorted = [](IdOrder ids) {
    const Workload workload(workload_of(ids));
    for (std::uint64_t number = 1; number < 1000; ++number) {
      if (!(workload.command(number - 1).id < workload.command(number).id)) {
        return false;
      }
    }
    return true;
  };
  CHECK(is_sorted(IdOrder::ordered));
  CHECK_FALSE(is_sorted(IdOrder::random));
}

TEST_CASE("Ids of other runs and of others are none of this run") {
  const Workload workload(workload_of(IdOrder::random));
  const Workload other(workload_of(IdOrder::random, 8));
  CHECK_FALSE(workload.number_of(other.command(3).id).has_value());
  CHECK_FALSE(workload.number_of(Workload::opening(3).id).has_value());
  CHECK_FALSE(workload.number_of(TransactionId("gen:7:1")).has_value());
  CHECK_FALSE(workload.number_of(TransactionId()).has_value());
  std::string spoiled(workload.command(3).id.view());
  spoiled.back() = 'z';
  CHECK_FALSE(workload.number_of(TransactionId(spoiled)).has_value());
}

TEST_CASE("A benchmark uses all of its wallets, kinds and many amounts") {
  const Workload workload(workload_of(IdOrder::random));
  std::set<std::string> wallets;
  std::set<Kind> kinds;
  std::set<std::int64_t> amounts;
  for (std::uint64_t number = 0; number < 5000; ++number) {
    const Command command = workload.command(number);
    wallets.emplace(command.wallet.view());
    kinds.insert(command.kind);
    amounts.insert(command.amount.value());
    CHECK(command.amount.value() >= 100);
  }
  CHECK(wallets.size() == 100);
  CHECK(kinds == std::set<Kind>{Kind::deposit, Kind::withdraw, Kind::payment});
  CHECK(amounts.size() > 1000);
  CHECK(wallets.contains(std::string(Workload::funding(99).wallet.view())));
}

}  // namespace
}  // namespace florin::test
