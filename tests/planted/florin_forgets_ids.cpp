// A florin that remembers only the ids of its own lifetime: what was decided before a restart is decided
// again when it is sent again. The table of ids is as it should be, so only sending again shows it.

#include "tests/planted/planted_node.hpp"
#include "tests/support/lying_store.hpp"

int main(int argc, char** argv) {
  using namespace florin;
  return test::run_planted(argc, argv, [](std::unique_ptr<ShardStore> store) -> std::unique_ptr<ShardStore> {
    const SequenceNumber born = store->snapshot()->head().header.last_sequence;
    test::LyingStore::Lies lies;
    lies.found_id = [born](std::optional<SequenceNumber> found, std::string_view /*key*/) {
      return found && *found > born ? found : std::nullopt;
    };
    return std::make_unique<test::LyingStore>(std::move(store), lies);
  });
}
