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
    for (const auto& refused : {record.entries(), record.failures()}) {
      REQUIRE_FALSE(refused.has_value());
      CHECK(refused.error().code == Code::wrong_length);
      CHECK(refused.error().detail.find("failures among its entries 2") != std::string::npos);
    }
  }
}

TEST_CASE("The failures of a record are those among its entries") {
  JournalSource source;
  source.journal.open_epoch();
  source.journal.commit(std::vector<Command>{open_wallet("o", "w"), withdraw("too-much", "w", 1),
                                             advice(withdraw("gone", "nobody", 1)), deposit("d", "w", 1),
                                             advice(withdraw("overdrawn", "w", 5))});
  const std::string bytes = source.record(2);
  const BatchRecord record = read_record(bytes).value();
  std::vector<Entry> expected = record.entries().value();
  std::erase_if(expected, [](const Entry& entry) { return !entry.is_failure(); });
  REQUIRE(expected.size() == 2);
  CHECK(record.failures().value() == expected);
}

TEST_CASE("Failures of a record that is cut off are not told") {
  JournalSource source;
  source.journal.open_epoch();
  source.journal.commit(std::vector<Command>{open_wallet("o", "w"), withdraw("too-much", "w", 1)});
  const std::string bytes = source.record(2);
  const BatchRecord whole = read_record(bytes).value();
  for (std::size_t size = 0; size < whole.packed_entries.size(); ++size) {
    BatchRecord cut = whole;
    cut.packed_entries = whole.packed_entries.substr(0, size);
    INFO(size);
    CHECK_FALSE(cut.failures().has_value());
  }
}

}  // namespace
}  // namespace florin::test
