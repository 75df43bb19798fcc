// docs/golden.txt and the code say the same bytes: the test fails when either of the two changes.

#include <set>

#include "base/text.hpp"
#include "routing/shard_of.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

constexpr std::string_view kPlacement = "placement.";
constexpr std::string_view kIndex = "index.";  // tests/storage/test_id_chunk.cpp

TEST_CASE("Every format is written as the golden bytes") {
  const auto golden = read_golden_file();
  for (const GoldenSample& sample : golden_samples()) {
    INFO(sample.name);
    const auto found = golden.find(sample.name);
    CHECK(to_hex(sample.bytes) == (found == golden.end() ? "not in docs/golden.txt" : to_hex(found->second)));
  }
}

TEST_CASE("The golden bytes are read and written again as they were") {
  for (const GoldenSample& sample : golden_samples()) {
    INFO(sample.name);
    const auto problem = sample.decode(sample.bytes);
    CHECK((problem ? problem->detail : "well-formed") == "well-formed");
    CHECK(to_hex(sample.encode_again(sample.bytes)) == to_hex(sample.bytes));
  }
}

TEST_CASE("The golden file holds nothing that no format writes") {
  std::set<std::string> known;
  for (const GoldenSample& sample : golden_samples()) {
    known.insert(sample.name);
  }
  for (const auto& [name, bytes] : read_golden_file()) {
    INFO(name);
    CHECK((known.count(name) == 1 || name.starts_with(kPlacement) || name.starts_with(kIndex)));
  }
}

TEST_CASE("Wallets are placed as the golden file says") {
  // placement.<wallet>, then one byte per number of shards: the shard of 1, 2, 4, 7, 16 and 256.
  int placed = 0;
  for (const auto& [name, bytes] : read_golden_file()) {
    if (!name.starts_with(kPlacement)) {
      continue;
    }
    const WalletId wallet(std::string_view(name).substr(kPlacement.size()));
    std::string shards;
    for (const int of : {1, 2, 4, 7, 16, 256}) {
      shards.push_back(static_cast<char>(shard_of(wallet, static_cast<std::uint16_t>(of)).value()));
    }
    INFO(name);
    CHECK(to_hex(shards) == to_hex(bytes));
    ++placed;
  }
  CHECK(placed >= 5);
}

}  // namespace
}  // namespace florin::test
