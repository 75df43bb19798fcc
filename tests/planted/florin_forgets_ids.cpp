// A florin that does not remember which ids it has decided: what is sent again is decided again.

#include "tests/planted/planted_node.hpp"
#include "tests/support/lying_store.hpp"

int main(int argc, char** argv) {
  using namespace florin;
  return test::run_planted(argc, argv, [](std::unique_ptr<ShardStore> store) -> std::unique_ptr<ShardStore> {
    test::LyingStore::Lies lies;
    lies.stored_ids = [](std::span<const IdRow>, const BatchHeader&) { return std::vector<IdRow>{}; };
    return std::make_unique<test::LyingStore>(std::move(store), lies);
  });
}
