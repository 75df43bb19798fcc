#include "tests/support/lying_store.hpp"

namespace florin::test {

namespace {

class LyingSnapshot : public ShardSnapshot {
 public:
  LyingSnapshot(std::unique_ptr<ShardSnapshot> honest, const LyingStore::Lies& lies)
      : honest_(std::move(honest)), lies_(lies) {}

  [[nodiscard]] Head head() const override { return honest_->head(); }
  [[nodiscard]] Totals totals() const override { return honest_->totals(); }
  [[nodiscard]] std::optional<WalletState> wallet(const WalletId& wallet) const override {
    auto state = honest_->wallet(wallet);
    return lies_.wallet ? lies_.wallet(state, honest_->head()) : state;
  }
  [[nodiscard]] std::optional<SequenceNumber> find_id(IdNamespace id_namespace, const WalletId& wallet,
                                                      const TransactionId& id) const override {
    const auto found = honest_->find_id(id_namespace, wallet, id);
    return lies_.found_id ? lies_.found_id(found, id_key(id_namespace, wallet, id)) : found;
  }
  [[nodiscard]] EntryRow entry(SequenceNumber sequence) const override { return honest_->entry(sequence); }
  [[nodiscard]] Page<WalletRow> wallets(std::string_view after, std::size_t limit) const override {
    return honest_->wallets(after, limit);
  }
  [[nodiscard]] Page<std::string> records(BatchOrdinal after, std::size_t bytes_max) const override {
    return honest_->records(after, bytes_max);
  }
  [[nodiscard]] std::optional<Digest> hash_at(BatchOrdinal ordinal) const override {
    return honest_->hash_at(ordinal);
  }

 private:
  std::unique_ptr<ShardSnapshot> honest_;
  const LyingStore::Lies& lies_;
};

}  // namespace

std::unique_ptr<ShardSnapshot> LyingStore::snapshot() {
  return std::make_unique<LyingSnapshot>(honest_->snapshot(), lies_);
}

void LyingStore::commit(const Commit& commit) {
  const BatchHeader& header = commit.record.header;
  std::vector<WalletRow> wallets(commit.wallets.begin(), commit.wallets.end());
  if (lies_.stored_wallets) {
    wallets = lies_.stored_wallets(commit.wallets, header);
  }
  std::vector<IdRow> ids(commit.ids.begin(), commit.ids.end());
  if (lies_.stored_ids) {
    ids = lies_.stored_ids(commit.ids, header);
  }
  const Totals totals = lies_.stored_totals ? lies_.stored_totals(commit.totals, header) : commit.totals;
  honest_->commit({commit.record, wallets, ids, totals});
}

}  // namespace florin::test
