#include "tests/fuzz/query_stores.hpp"

#include <vector>

#include "logic/accounting_logic.hpp"
#include "logic/dead_letter_logic.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/journal_builder.hpp"
#include "tests/support/shard_driver.hpp"

namespace florin::test {

namespace {

const lmdb::EnvOptions kSmall{std::uint64_t{16} << 20U, 16, 16};
constexpr TimeUs kNow{1'700'000'100'000'000};

std::string no_status() {
  return "\x80";  // an empty map
}

void write_history(ShardStore& store) {
  JournalBuilder journal(store);
  journal.open_epoch();
  journal.commit(std::vector<Command>{open_wallet("o", "w"), deposit("d1", "w", 500), open_wallet("o", "v"),
                                      payment("p1", "w", 20)});
  journal.commit(std::vector<Command>{withdraw("x", "v", 1), advice(payment("a", "nobody", 7))});
  journal.open_epoch();
  journal.commit(std::vector<Command>{freeze("f", "v", FreezeScope::all), deposit("d2", "w", 3)});
}

void feed(ShardStore& from, RecordHandler& consumer) {
  for (const std::string& bytes : from.snapshot()->records(BatchOrdinal(), std::size_t{1} << 20U).rows) {
    const auto record = read_record(bytes);
    invariant(record && consumer.take(*record), "a consumer takes the journal");
  }
  consumer.flush(kNow);
}

void write_refused(RefusedLog& log) {
  std::vector<RefusedRecord> records{
      make_refused(kNow, "peer", {Code::malformed, "SUBMIT: the bytes end here"}, "GET /"),
      make_refused(kNow, "peer", {Code::invalid_amount, "amount is 0"}, "bytes")};
  log.append(records);
}

}  // namespace

QueryStores::QueryStores()
    : shard_store_(directory_ / "shard", test_lineage(), ShardIndex(), kSmall),
      model_store_(test_lineage(), ShardIndex()),
      accounting_store_(directory_ / "accounting", kSmall),
      dead_letter_store_(directory_ / "dead-letters", kSmall),
      refused_log_(directory_ / "router", kSmall),
      shard_(shard_queries(shard_store_, no_status)),
      model_(shard_queries(model_store_, no_status)),
      accounting_(accounting_queries(accounting_store_, no_status)),
      dead_letters_(dead_letter_queries(dead_letter_store_, no_status, [] { return kNow; })),
      router_(router_queries(refused_log_, inbox_, no_status)) {
  FlowObserver observer;
  write_history(shard_store_);
  write_history(model_store_);
  AccountingLogic accounting(accounting_store_, observer);
  feed(model_store_, accounting);
  DeadLetterLogic dead_letters(dead_letter_store_, observer);
  feed(model_store_, dead_letters);
  write_refused(refused_log_);
  dead_letters.on_refused_reply(router_(dead_letters.refused_query()), kNow);
}

}  // namespace florin::test
