// A florin that answers before the commit is durable: each batch is only kept in memory until the next step
// wants to read. What a kill in between loses has been acknowledged.

#include <mutex>
#include <optional>

#include "tests/planted/planted_node.hpp"

namespace florin::test {
namespace {

class EarlyStore : public ShardStore {
 public:
  explicit EarlyStore(std::unique_ptr<ShardStore> honest) : honest_(std::move(honest)) {}

  std::unique_ptr<ShardSnapshot> snapshot() override {
    const std::lock_guard lock(mutex_);
    commit_kept();
    return honest_->snapshot();
  }

  void commit(const Commit& commit) override {
    const std::lock_guard lock(mutex_);
    commit_kept();
    kept_.emplace(Kept{commit.record,
                       {commit.wallets.begin(), commit.wallets.end()},
                       {commit.ids.begin(), commit.ids.end()},
                       commit.totals});
  }

  void reopen() override { honest_->reopen(); }

 private:
  struct Kept {
    SealedRecord record;
    std::vector<WalletRow> wallets;
    std::vector<IdRow> ids;
    Totals totals;
  };

  void commit_kept() {
    if (kept_) {
      honest_->commit({kept_->record, kept_->wallets, kept_->ids, kept_->totals});
      kept_.reset();
    }
  }

  std::mutex mutex_;
  std::unique_ptr<ShardStore> honest_;
  std::optional<Kept> kept_;
};

}  // namespace
}  // namespace florin::test

int main(int argc, char** argv) {
  using namespace florin;
  return test::run_planted(argc, argv, [](std::unique_ptr<ShardStore> store) {
    return std::make_unique<test::EarlyStore>(std::move(store));
  });
}
