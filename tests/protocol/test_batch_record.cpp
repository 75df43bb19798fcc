// A record whose header and entries do not tell the same.

#include "protocol/batch_record.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/journal_source.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

TEST_CASE("A record whose header counts other failures than its entries hold is refused") {
  JournalSource source;
  source.journal.open_epoch();
  source.journal.commit(std::vector<Command>{open_wallet("o", "w"), withdraw("too-much", "w", 1),
                                             advice(withdraw("gone", "nobody", 1)), deposit("d", "w", 1)});
  const std::string bytes = source.record(2);
  BatchRecord record = read_record(bytes).value();
  REQUIRE(record.header.failure_count() == 2);
  REQUIRE(record.entries().has_value());
  const FailureSequence right = record.header.last_failure;
  for (const FailureSequence wrong : {right.next(), FailureSequence(right.value() - 1)}) {
    record.header.last_failure = wrong;
    const auto refused = record.entries();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == Code::wrong_length);
    CHECK(refused.error().detail.find("failures among its entries 2") != std::string::npos);
  }
}

}  // namespace
}  // namespace florin::test
