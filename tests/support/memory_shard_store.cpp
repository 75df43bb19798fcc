#include "tests/support/memory_shard_store.hpp"

#include <algorithm>

#include "base/invariant.hpp"

namespace florin::test {

namespace {

using State = MemoryShardStore::State;

Head head_of(const State& state, const Id128& lineage, ShardIndex shard) {
  return state.records.empty() ? Head{genesis(lineage, shard), {}} : state.records.back()->head;
}

template <class Row>
Page<Row> page_of(const std::map<std::string, Row>& rows, std::string_view after, std::size_t limit) {
  Page<Row> page;
  auto row = after.empty() ? rows.begin() : rows.upper_bound(std::string(after));
  for (; row != rows.end() && page.rows.size() < limit; ++row) {
    page.rows.push_back(row->second);
  }
  page.more = row != rows.end();
  return page;
}

class MemorySnapshot : public ShardSnapshot {
 public:
  MemorySnapshot(std::shared_ptr<const State> state, const Id128& lineage, ShardIndex shard)
      : state_(std::move(state)), lineage_(lineage), shard_(shard) {}

  [[nodiscard]] Head head() const override { return head_of(*state_, lineage_, shard_); }
  [[nodiscard]] Totals totals() const override { return state_->totals; }

  [[nodiscard]] std::optional<WalletState> wallet(const WalletId& wallet) const override {
    const auto found = state_->wallets.find(std::string(wallet.view()));
    return found == state_->wallets.end() ? std::nullopt : std::optional(found->second.state);
  }

  [[nodiscard]] std::optional<SequenceNumber> find_id(IdNamespace id_namespace, const WalletId& wallet,
                                                      const TransactionId& id) const override {
    const auto found = state_->ids.find(id_key(id_namespace, wallet, id));
    return found == state_->ids.end() ? std::nullopt : std::optional(found->second.sequence);
  }

  [[nodiscard]] EntryRow entry(SequenceNumber sequence) const override {
    const auto holds = [&](const auto& record) { return record->head.header.last_sequence >= sequence; };
    const auto found = std::find_if(state_->records.begin(), state_->records.end(), holds);
    invariant(found != state_->records.end(), "an entry that is asked for is in the journal");
    const auto record = read_record((*found)->bytes);
    return {shard_, record.value().header.time, EntryIndex(record.value()).entry(sequence).value()};
  }

  [[nodiscard]] Page<WalletRow> wallets(std::string_view after, std::size_t limit) const override {
    return page_of(state_->wallets, after, limit);
  }

  [[nodiscard]] Page<std::string> records(BatchOrdinal after, std::size_t bytes_max) const override {
    Page<std::string> page;
    std::size_t bytes = 0;
    for (std::size_t i = after.value(); i < state_->records.size(); ++i) {
      bytes += state_->records[i]->bytes.size();
      if (!page.rows.empty() && bytes > bytes_max) {
        page.more = true;
        break;
      }
      page.rows.push_back(state_->records[i]->bytes);
    }
    return page;
  }

  [[nodiscard]] std::optional<Digest> hash_at(BatchOrdinal ordinal) const override {
    if (ordinal.value() == 0) {
      return Digest{};
    }
    return ordinal.value() <= state_->records.size()
               ? std::optional(state_->records[ordinal.value() - 1]->head.hash)
               : std::nullopt;
  }

 private:
  std::shared_ptr<const State> state_;
  Id128 lineage_;
  ShardIndex shard_;
};

}  // namespace

MemoryShardStore::MemoryShardStore(const Id128& lineage, ShardIndex shard)
    : lineage_(lineage), shard_(shard), state_(std::make_shared<State>()) {}

std::unique_ptr<ShardSnapshot> MemoryShardStore::snapshot() {
  const std::lock_guard lock(mutex_);
  if (closed_) {
    throw StoreFault(FaultKind::unknown_outcome, "the store is closed after a fault");
  }
  return std::make_unique<MemorySnapshot>(state_, lineage_, shard_);
}

void MemoryShardStore::commit(const Commit& commit) {
  const std::lock_guard lock(mutex_);
  if (closed_) {
    throw StoreFault(FaultKind::unknown_outcome, "the store is closed after a fault");
  }
  const auto fault = std::exchange(fault_, std::nullopt);
  if (fault) {
    closed_ = fault->kind != FaultKind::no_space;
    if (closed_ && fault->batch == Batch::kept) {
      apply(commit);
    }
    throw StoreFault(fault->kind, "a fault that the test asked for");
  }
  apply(commit);
  ++commits_;
}

void MemoryShardStore::apply(const Commit& commit) {
  const Head head = head_of(*state_, lineage_, shard_);
  const auto read = read_record(commit.record.bytes);
  invariant(read && read->header == commit.record.header && read->hash == commit.record.hash,
            "a record reads back as it was sealed");
  invariant(check_link(head.header, head.hash, read->header).has_value(),
            "a record follows the one before it");
  auto next = std::make_shared<State>(*state_);
  next->records.push_back(
      std::make_shared<Record>(Record{{commit.record.header, commit.record.hash}, commit.record.bytes}));
  for (const WalletRow& row : commit.wallets) {
    next->wallets[std::string(row.wallet.view())] = row;
  }
  for (const IdRow& row : commit.ids) {
    next->ids[id_key(row.id_namespace, row.wallet, row.id)] = row;
  }
  next->totals = commit.totals;
  state_ = std::move(next);
}

void MemoryShardStore::reopen() {
  const std::lock_guard lock(mutex_);
  ++reopens_;
  if (std::exchange(fail_reopen_, false)) {
    closed_ = true;
    throw StoreFault(FaultKind::unknown_outcome, "an opening that the test asked to fail");
  }
  closed_ = false;
}

void MemoryShardStore::fail_next_commit(FaultKind kind, Batch batch) {
  const std::lock_guard lock(mutex_);
  fault_ = Fault{kind, batch};
}

Head MemoryShardStore::head() const {
  const std::lock_guard lock(mutex_);
  return head_of(*state_, lineage_, shard_);
}

std::vector<std::string> MemoryShardStore::journal() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> records;
  for (const auto& record : state_->records) {
    records.push_back(record->bytes);
  }
  return records;
}

}  // namespace florin::test
