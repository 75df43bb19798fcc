#include "logic/shard_tally.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

Entry decided(Kind kind, Outcome outcome, Code reason, std::int64_t waited_us) {
  Entry entry;
  entry.command.kind = kind;
  entry.outcome = outcome;
  entry.reason = reason;
  entry.provenance.queued = TimeUs(1'000'000);
  entry.decided = TimeUs(1'000'000 + waited_us);
  return entry;
}

TEST_CASE("A shard counts what it has decided by kind, outcome and reason") {
  ShardTally tally;
  tally.add({decided(Kind::deposit, Outcome::success, Code::none, 100),
             decided(Kind::payment, Outcome::rejected, Code::insufficient_funds, 3000)});
  tally.add({decided(Kind::payment, Outcome::rejected, Code::insufficient_funds, -5)});
  CHECK(tally.outcomes.at(static_cast<std::size_t>(Kind::deposit) - 1).at(0) == 1);
  CHECK(tally.outcomes.at(static_cast<std::size_t>(Kind::payment) - 1).at(1) == 2);
  CHECK(tally.reasons == std::map<Code, std::uint64_t>{{Code::insufficient_funds, 2}});
  CHECK(tally.batch_entries.sum == 3);
  CHECK(tally.batch_entries.counts.at(0) == 1);  // one commit of one entry,
  CHECK(tally.batch_entries.counts.at(1) == 1);  // one of two
  CHECK(tally.waited_us.sum == 3100);            // a clock that steps back makes no wait
}

TEST_CASE("A value belongs to the first bucket whose bound it does not exceed") {
  Buckets<2> buckets{{10, 20}};
  for (const std::uint64_t value : {0, 10, 11, 20, 21}) {
    buckets.add(value);
  }
  CHECK(buckets.counts == std::array<std::uint64_t, 3>{2, 2, 1});
  CHECK(buckets.sum == 62);
}

}  // namespace
}  // namespace florin::test
