#include <set>

#include "protocol/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tools/traffic.hpp"

namespace florin::test {
namespace {

TrafficOptions options(std::uint64_t seed = 1) {
  TrafficOptions made;
  made.seed = seed;
  made.wallets = {WalletId("100"), WalletId("101")};
  made.currency = currency("EUR");
  return made;
}

std::vector<Generated> generated(const TrafficOptions& options, int count = 300) {
  Traffic traffic(options);
  std::vector<Generated> all;
  for (int i = 0; i < count; ++i) {
    all.push_back(traffic.next());
  }
  return all;
}

std::vector<std::string> bytes(const std::vector<Generated>& all) {
  std::vector<std::string> packed;
  for (const Generated& one : all) {
    packed.push_back(one.packed);
  }
  return packed;
}

bool decodes(const Generated& one) {
  Reader reader(one.packed);
  const auto decoded = decode_command(reader);
  return decoded && one.command && decoded->command == *one.command && reader.at_end();
}

TEST_CASE("Traffic is the same for a seed and another for another") {
  TrafficOptions mixed = options(7);
  mixed.duplicates_percent = 20;
  mixed.invalid_percent = 20;
  CHECK(bytes(generated(mixed)) == bytes(generated(mixed)));
  TrafficOptions other = mixed;
  other.seed = 8;
  CHECK(bytes(generated(mixed)) != bytes(generated(other)));
}

TEST_CASE("Traffic without faults is well-formed and no id comes twice") {
  std::set<std::string> ids;
  for (const Generated& one : generated(options())) {
    REQUIRE(decodes(one));
    CHECK(ids.insert(std::string(one.command->id.view())).second);
    CHECK(one.command->currency == currency("EUR"));
    CHECK((one.command->wallet == WalletId("100") || one.command->wallet == WalletId("101")));
  }
}

TEST_CASE("Traffic of broken commands has none that decodes") {
  TrafficOptions broken = options();
  broken.invalid_percent = 100;
  std::set<Code> codes;
  for (const Generated& one : generated(broken)) {
    CHECK_FALSE(one.command.has_value());
    Reader reader(one.packed);
    const auto decoded = decode_command(reader);
    REQUIRE_FALSE(decoded.has_value());
    codes.insert(decoded.error().code);
  }
  CHECK(codes.size() >= 4);
}

TEST_CASE("Traffic of repetitions repeats its first command byte for byte") {
  TrafficOptions repeated = options();
  repeated.duplicates_percent = 100;
  const auto all = bytes(generated(repeated));
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == 1);
}

TEST_CASE("Traffic is mixed by its weights") {
  TrafficOptions only = options();
  only.deposits = 0;
  only.withdrawals = 5;
  only.payments = 0;
  for (const Generated& one : generated(only)) {
    REQUIRE(one.command.has_value());
    CHECK(one.command->kind == Kind::withdraw);
  }
  std::set<Kind> kinds;
  for (const Generated& one : generated(options())) {
    kinds.insert(one.command->kind);
  }
  CHECK(kinds == std::set<Kind>{Kind::deposit, Kind::withdraw, Kind::payment});
}

}  // namespace
}  // namespace florin::test
