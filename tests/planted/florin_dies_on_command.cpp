// A florin that ends whenever it is about to commit a command with the id `poison`, and stands still for ever
// with `tar`. Only where nothing was decided about them does it go on.

#include <cstdlib>
#include <thread>

#include "tests/planted/planted_node.hpp"

namespace florin::test {
namespace {

class PoisonedStore : public ShardStore {
 public:
  explicit PoisonedStore(std::unique_ptr<ShardStore> honest) : honest_(std::move(honest)) {}

  std::unique_ptr<ShardSnapshot> snapshot() override { return honest_->snapshot(); }
  void commit(const Commit& commit) override {
    const auto record = read_record(commit.record.bytes).value();
    const auto entries = record.entries().value();
    for (const Entry& entry : entries) {
      const bool decided = entry.outcome != Outcome::error;
      if (decided && entry.command.id == TransactionId("poison")) {
        std::_Exit(3);
      }
      while (decided && entry.command.id == TransactionId("tar")) {
        std::this_thread::sleep_for(std::chrono::seconds(1));
      }
    }
    honest_->commit(commit);
  }
  void reopen() override { honest_->reopen(); }
  void finish() override { honest_->finish(); }

 private:
  std::unique_ptr<ShardStore> honest_;
};

}  // namespace
}  // namespace florin::test

int main(int argc, char** argv) {
  using namespace florin;
  return test::run_planted(argc, argv, [](std::unique_ptr<ShardStore> store) {
    return std::make_unique<test::PoisonedStore>(std::move(store));
  });
}
