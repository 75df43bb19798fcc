#include "tests/simulation/planted.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "protocol/backend.hpp"
#include "protocol/hash.hpp"
#include "protocol/message.hpp"
#include "storage/fault.hpp"
#include "tests/simulation/planted_inbox.hpp"
#include "tests/support/lying_store.hpp"

namespace florin::sim {

namespace {

using test::LyingStore;

/// Keeps each batch in memory until the next step wants to read, and says that it is durable.
class EarlyStore : public ShardStore {
 public:
  explicit EarlyStore(std::unique_ptr<ShardStore> honest) : honest_(std::move(honest)) {}

  [[nodiscard]] std::unique_ptr<ShardSnapshot> snapshot() override {
    commit_kept();
    return honest_->snapshot();
  }
  void commit(const Commit& commit) override {
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
    if (const auto kept = std::exchange(kept_, std::nullopt)) {
      honest_->commit({kept->record, kept->wallets, kept->ids, kept->totals});
    }
  }

  std::unique_ptr<ShardStore> honest_;
  std::optional<Kept> kept_;
};

/// Takes the error code of a failed sync for the truth: nothing was written.
class TrustingStore : public ShardStore {
 public:
  explicit TrustingStore(std::unique_ptr<ShardStore> honest) : honest_(std::move(honest)) {}

  [[nodiscard]] std::unique_ptr<ShardSnapshot> snapshot() override { return honest_->snapshot(); }
  void commit(const Commit& commit) override {
    try {
      honest_->commit(commit);
    } catch (const StoreFault& fault) {
      if (fault.kind() == FaultKind::unknown_outcome) {
        honest_->reopen();
        throw StoreFault(FaultKind::no_space, fault.what());
      }
      throw;
    }
  }
  void reopen() override { honest_->reopen(); }

 private:
  std::unique_ptr<ShardStore> honest_;
};

std::unique_ptr<ShardStore> forgetting_ids(std::unique_ptr<ShardStore> honest) {
  const SequenceNumber born = honest->snapshot()->head().header.last_sequence;
  LyingStore::Lies lies;
  lies.found_id = [born](std::optional<SequenceNumber> found, std::string_view /*key*/) {
    return found && *found > born ? found : std::nullopt;
  };
  return std::make_unique<LyingStore>(std::move(honest), lies);
}

std::unique_ptr<ShardStore> losing_rows(std::unique_ptr<ShardStore> honest) {
  LyingStore::Lies lies;
  lies.stored_wallets = [](std::span<const WalletRow> rows, const BatchHeader& header) {
    std::vector<WalletRow> stored(rows.begin(), rows.end());
    if (stored.size() > 1 && header.ordinal.value() % 7 == 0) {
      stored.pop_back();
    }
    return stored;
  };
  return std::make_unique<LyingStore>(std::move(honest), lies);
}

/// Takes whatever stands under an id's fingerprint for the id.
std::unique_ptr<ShardStore> trusting_fingerprints(std::unique_ptr<ShardStore> honest) {
  const auto fingerprint = [](std::string_view key) { return blake2b(key).bytes.front(); };
  auto sequences = std::make_shared<std::map<unsigned char, SequenceNumber>>();
  LyingStore::Lies lies;
  lies.stored_ids = [sequences, fingerprint](std::span<const IdRow> ids, const BatchHeader&) {
    for (const IdRow& row : ids) {
      sequences->emplace(fingerprint(id_key(row.id_namespace, row.wallet, row.id)), row.sequence);
    }
    return std::vector<IdRow>(ids.begin(), ids.end());
  };
  lies.found_id = [sequences, fingerprint](std::optional<SequenceNumber> found, std::string_view key) {
    const auto other = sequences->find(fingerprint(key));
    return found || other == sequences->end() ? found : std::optional(other->second);
  };
  return std::make_unique<LyingStore>(std::move(honest), lies);
}

/// A disk that passes on what it does not change.
class PlantedDisk : public ShardDisk {
 public:
  explicit PlantedDisk(std::unique_ptr<ShardDisk> honest) : honest_(std::move(honest)) {}

  [[nodiscard]] std::unique_ptr<DiskSnapshot> snapshot() override { return honest_->snapshot(); }
  void commit(const DiskCommit& commit) override { honest_->commit(commit); }
  void reopen(const std::function<void(const DiskSnapshot&)>& opened) override { honest_->reopen(opened); }

 private:
  std::unique_ptr<ShardDisk> honest_;
};

/// Rows of a commit that failed are not written again until they change, as if they had been marked clean
/// before it.
class CleanTooEarlyDisk : public PlantedDisk {
 public:
  using PlantedDisk::PlantedDisk;

  void commit(const DiskCommit& commit) override {
    std::vector<WalletRow> rows;
    std::copy_if(commit.wallets.begin(), commit.wallets.end(), std::back_inserter(rows),
                 [&](const WalletRow& row) {
                   return !clean_.contains({row.wallet, row.state.version});
                 });
    DiskCommit changed = commit;
    changed.wallets = rows;
    try {
      PlantedDisk::commit(changed);
    } catch (const StoreFault&) {
      for (const WalletRow& row : rows) {
        clean_.insert({row.wallet, row.state.version});
      }
      throw;
    }
  }

 private:
  std::set<std::pair<WalletId, WalletVersion>> clean_;
};

/// Chunks become durable one commit later than what says that they are there.
class LateChunksDisk : public PlantedDisk {
 public:
  using PlantedDisk::PlantedDisk;

  void commit(const DiskCommit& commit) override {
    DiskCommit changed = commit;
    changed.new_chunks = late_;
    PlantedDisk::commit(changed);
    late_.assign(commit.new_chunks.begin(), commit.new_chunks.end());
  }

 private:
  std::vector<std::pair<ChunkKey, std::string>> late_;
};

/// Says of a derived table that it reaches the last record when it does not.
template <BatchOrdinal DerivedMark::*Point>
class HighPointDisk : public PlantedDisk {
 public:
  using PlantedDisk::PlantedDisk;

  void commit(const DiskCommit& commit) override {
    DiskCommit changed = commit;
    changed.mark.*Point = commit.mark.totals_at;
    PlantedDisk::commit(changed);
  }
};

template <class Planted>
Decorate<ShardDisk> on_disk() {
  return [](std::unique_ptr<ShardDisk> honest) { return std::make_unique<Planted>(std::move(honest)); };
}

/// Stores the cursor in a commit of its own, behind what it derived.
class ApartStore : public AccountingStore {
 public:
  explicit ApartStore(std::unique_ptr<AccountingStore> honest) : honest_(std::move(honest)) {}

  [[nodiscard]] std::vector<Position> positions() const override { return honest_->positions(); }
  [[nodiscard]] std::optional<Account> account(const WalletId& wallet) const override {
    return honest_->account(wallet);
  }
  [[nodiscard]] std::optional<DailyTotal> daily_total(const DailyKey& key) const override {
    return honest_->daily_total(key);
  }
  [[nodiscard]] Page<Account> accounts(std::string_view after, std::size_t limit) const override {
    return honest_->accounts(after, limit);
  }
  [[nodiscard]] std::vector<DailyTotal> daily_totals() const override { return honest_->daily_totals(); }
  [[nodiscard]] LineNumber last_line() const override { return honest_->last_line(); }
  [[nodiscard]] std::optional<StatementLine> line(LineNumber number) const override {
    return honest_->line(number);
  }
  [[nodiscard]] Page<StatementLine> lines(LineNumber after, std::size_t limit) const override {
    return honest_->lines(after, limit);
  }
  void commit(const AccountingCommit& commit) override {
    honest_->commit({{}, commit.lines, commit.accounts, commit.totals});
    honest_->commit({commit.positions, {}, {}, {}});
  }
  void reopen() override { honest_->reopen(); }

 private:
  std::unique_ptr<AccountingStore> honest_;
};

/// Loses a WORK now and then, and counts the others, and what the shard says of them, so that nobody sees it:
/// a full pipe that drops from the middle and reports success, between parts that do not number.
Rewrite dropping_the_middle() {
  struct Lost {
    std::pair<Incarnation, Epoch> of;
    std::uint64_t messages = 0;
  };
  return [lost_by_shard = std::map<std::string, Lost, std::less<>>()](const Route& route,
                                                                      std::string& bytes) mutable {
    Lost& lost = lost_by_shard[std::string(route.owner)];
    if (auto work = route.to_door ? Result<Work>(problem(Code::malformed, "")) : decode_work(bytes)) {
      if (lost.of != std::pair(work->incarnation, work->epoch)) {
        lost = {{work->incarnation, work->epoch}, 0};
      }
      if (!work->anew && work->number % 5 == 3) {
        ++lost.messages;
        return false;
      }
      work->number -= lost.messages;
      bytes = encode_work(*work);
    } else if (auto ready = decode_ready(bytes); ready && ready->next != 0) {
      if (lost.of == std::pair(ready->incarnation, ready->epoch)) {
        ready->next += lost.messages;
        bytes = encode_ready(*ready);
      }
    }
    return true;
  };
}

/// Lets answers of an earlier incarnation of the router be taken by a later one, as if they had come late
/// over a slow connection and nobody looked whose tickets they are.
Rewrite reviving_stale_answers() {
  struct Late {
    Incarnation incarnation;
    std::string message;
  };
  return [late_by_shard = std::map<std::string, Late, std::less<>>()](const Route& route,
                                                                      std::string& bytes) mutable {
    const auto results = decode_results(bytes);
    if (!results) {
      return true;
    }
    Late& late = late_by_shard[std::string(route.owner)];
    if (late.message.empty() || late.incarnation == results->incarnation) {
      late = {results->incarnation, bytes};
      return true;
    }
    ResultsBuilder builder;
    const std::string stale = std::exchange(late, {}).message;
    for (const auto& message : {decode_results(stale), results}) {
      for (const TicketAnswer& answer : message->answers) {
        builder.add(answer.ticket, answer.body);
      }
    }
    bytes = builder.take(results->shard, results->incarnation, results->epoch, results->number);
    return true;
  };
}

/// Sends everything without a session, as if there were no numbers and no wallet were held after overload.
Rewrite forgetting_the_session() {
  return [](const Route& route, std::string& bytes) {
    const auto submit = route.to_door && route.address == "front" ? decode_submit(bytes, 1000)
                                                                  : tl::make_unexpected(RefusedMessage{});
    if (submit && submit->head.session) {
      std::vector<std::string> packed;
      for (const Submit::Item& item : submit->items) {
        packed.emplace_back(item.packed);
      }
      bytes = encode_submit_packed(submit->head.number, packed);
    }
    return true;
  };
}

/// Does not say that an outcome is an earlier one's.
Rewrite hiding_duplicates() {
  return [](const Route& /*route*/, std::string& bytes) {
    if (const auto results = decode_results(bytes)) {
      ResultsBuilder builder;
      for (const TicketAnswer& result : results->answers) {
        Reader reader(result.body);
        auto answer = decode_answer_body(reader);
        answer->duplicate = false;
        Writer writer;
        encode_answer_body(writer, *answer);
        builder.add(result.ticket, writer.view());
      }
      bytes = builder.take(results->shard, results->incarnation, results->epoch, results->number);
    }
    return true;
  };
}

std::vector<PlantedBug> make_bugs() {
  std::vector<PlantedBug> bugs;
  const auto add = [&](std::string_view name, std::string_view what, unsigned found_within) -> Plants& {
    bugs.push_back({name, what, found_within, {}});
    return bugs.back().plants;
  };
  add("early-answer", "a shard answers before its commit is synced", 10).shard_store = [](auto honest) {
    return std::make_unique<EarlyStore>(std::move(honest));
  };
  add("trusted-error", "a shard takes a failed commit for one that wrote nothing", 20).shard_store =
      [](auto honest) { return std::make_unique<TrustingStore>(std::move(honest)); };
  add("forgotten-ids", "a shard forgets at a restart which ids were used", 20).shard_store = forgetting_ids;
  add("lost-middle", "WORK is lost from the middle of the window, unseen", 20).rewrite = dropping_the_middle;
  add("skipped-gap", "a consumer goes on behind a gap", 20).skips_gaps = true;
  add("cursor-apart", "accounting stores its position in a commit of its own", 10).accounting_store =
      [](auto honest) { return std::make_unique<ApartStore>(std::move(honest)); };
  add("stale-answer", "the answers of an earlier incarnation are taken", 200).rewrite =
      reviving_stale_answers;
  add("overtaken", "what was sent behind a refused command of its wallet is taken before it", 20).rewrite =
      forgetting_the_session;
  add("lost-row", "a wallet's row is missing from a commit", 20).shard_store = losing_rows;
  add("clean-early", "a wallet's row is marked clean before the commit that writes it", 60).shard_disk =
      on_disk<CleanTooEarlyDisk>();
  add("late-chunks", "a run of ids is listed before its chunks are durable", 20).shard_disk =
      on_disk<LateChunksDisk>();
  add("high-wallets", "the recovery point of the wallets is too high", 20).shard_disk =
      on_disk<HighPointDisk<&DerivedMark::wallets_at>>();
  add("high-ids", "the recovery point of the ids is too high", 20).shard_disk =
      on_disk<HighPointDisk<&DerivedMark::ids_at>>();
  add("fingerprint-for-id", "a fingerprint is taken for an id", 20).shard_store = trusting_fingerprints;
  add("hidden-duplicate", "a repeated outcome is not told to be one", 10).rewrite = hiding_duplicates;
  add("lock-replaced", "a worker opens a shard whose lock another has", 20).replaces_locks = true;
  add("inbox-deleted-early", "a command is removed from the inbox before it is decided", 40).inbox_store =
      forgetting_inbox;
  add("sync-overtakes-inbox", "a synchronous command does not wait behind the inbox", 40).rewrite =
      overtaking_the_inbox;
  return bugs;
}

}  // namespace

std::span<const PlantedBug> planted_bugs() {
  static const std::vector<PlantedBug> bugs = make_bugs();
  return bugs;
}

}  // namespace florin::sim
