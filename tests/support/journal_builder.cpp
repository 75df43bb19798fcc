#include "tests/support/journal_builder.hpp"

namespace florin::test {

JournalBuilder::JournalBuilder(ShardStore& store) : store_(store) {}

Head JournalBuilder::head() const {
  return store_.snapshot()->head();
}

BatchHeader JournalBuilder::next_header(RecordType type) {
  const Head last = head();
  now = now.plus(1000);
  BatchHeader header = last.header;
  header.type = type;
  header.ordinal = last.header.ordinal.next();
  header.epoch = type == RecordType::epoch ? last.header.epoch.next() : last.header.epoch;
  header.incarnation = Incarnation(type == RecordType::epoch ? 0 : 1);
  header.first_sequence = last.header.last_sequence.next();
  header.first_failure = last.header.last_failure.next();
  header.time = now;
  header.previous_hash = last.hash;
  return header;
}

void JournalBuilder::open_epoch() {
  const Totals totals = store_.snapshot()->totals();
  const SealedRecord record = BatchBuilder(next_header(RecordType::epoch)).seal();
  store_.commit({record, {}, {}, totals});
}

DecidedBatch JournalBuilder::decided(std::span<const Command> commands) {
  const auto snapshot = store_.snapshot();
  BatchDecider decider(*snapshot, next_header(RecordType::entries), snapshot->totals());
  for (const Command& command : commands) {
    (void)decider.decide(command, {ClientName("tester"), {}, now, now});
  }
  return std::move(decider).finish();
}

void JournalBuilder::commit(std::span<const Command> commands) {
  const DecidedBatch batch = decided(commands);
  store_.commit({batch.record, batch.wallets, batch.ids, batch.totals});
}

void JournalBuilder::commit_error(const Command& command) {
  const auto snapshot = store_.snapshot();
  BatchBuilder builder(next_header(RecordType::entries));
  const Decision decision = set_aside(command, snapshot->wallet(command.wallet).value_or(WalletState{}));
  Side side{command.wallet, decision.after.stands_at, decision.after};
  side.after.version = side.after.version.next();
  side.after.stands_at = builder.next_sequence();
  builder.add(make_entry(command, {ClientName("tester"), {}, now, now}, now, decision, side));
  const WalletRow row{command.wallet, side.after};
  const IdRow id{IdNamespace::client, command.wallet, command.id, side.after.stands_at};
  const SealedRecord record = std::move(builder).seal();
  store_.commit({record, {&row, 1}, {&id, 1}, snapshot->totals()});
}

void JournalBuilder::redrive(const Command& command) {
  const auto snapshot = store_.snapshot();
  BatchDecider decider(*snapshot, next_header(RecordType::entries), snapshot->totals());
  (void)decider.decide(command, {ClientName("tester"), {}, now, now}, true);
  const DecidedBatch batch = std::move(decider).finish();
  store_.commit({batch.record, batch.wallets, batch.ids, batch.totals});
}

}  // namespace florin::test
