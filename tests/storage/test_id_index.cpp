#include "base/invariant.hpp"
#include "storage/id_index.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

/// A disk on which there is nothing.
class EmptyDisk : public DiskSnapshot {
 public:
  [[nodiscard]] Head head() const override { return empty_head({}, ShardIndex(0)); }
  [[nodiscard]] Totals totals() const override { return {}; }
  [[nodiscard]] EntryRow entry(SequenceNumber) const override {
    invariant(false, "nobody asks an empty disk for an entry");
    return {};
  }
  [[nodiscard]] Page<std::string> records(BatchOrdinal, std::size_t) const override { return {}; }
  [[nodiscard]] std::optional<Digest> hash_at(BatchOrdinal) const override { return std::nullopt; }
  [[nodiscard]] DerivedMark mark() const override { return {}; }
  [[nodiscard]] std::optional<WalletState> stored_wallet(const WalletId&) const override {
    return std::nullopt;
  }
  [[nodiscard]] Page<WalletRow> stored_wallets(std::string_view, std::size_t) const override { return {}; }
  void chunks(std::optional<std::uint16_t>, const TakeChunk&) const override {}
};

/// Spread over the partitions.
Fingerprint fingerprint(std::uint64_t number) {
  return {number * 0x9E3779B97F4A7C15U};
}

TEST_CASE("Partitions of ids take their turns in groups, and no more ids stay in memory than may") {
  constexpr std::size_t kRecentMax = 6400;
  constexpr std::uint64_t kCommits = 20'000;
  const EmptyDisk disk;
  IdIndex index({}, {.recent_max = kRecentMax, .partitions = 256});
  std::uint64_t turns = 0;
  std::size_t in_memory = 0;
  for (std::uint64_t commit = 1; commit <= kCommits; ++commit) {
    const IdIndex::Turn turn = index.next_turn(disk, 1, BatchOrdinal(commit - 1));
    turns += turn.written.empty() ? 0 : 1;
    for (const auto& [key, bytes] : turn.new_chunks) {
      in_memory -= bytes.size() / kStoredIdBytes;
    }
    const StoredId added{fingerprint(commit), SequenceNumber(commit)};
    index.committed(turn, BatchOrdinal(commit - 1), {&added, 1});
    ++in_memory;
    REQUIRE(in_memory <= kRecentMax);
  }
  CHECK(in_memory > kRecentMax * 9 / 10);
  // Each turn frees a 64th at least.
  CHECK(turns <= (kCommits - kRecentMax) / (kRecentMax / 64) + 1);
  CHECK(turns > 0);
}

}  // namespace
}  // namespace florin::test
