#include "protocol/batch_record.hpp"
#include "protocol/command_codec.hpp"
#include "protocol/hash.hpp"
#include "protocol/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/property.hpp"
#include "tests/support/random_commands.hpp"

namespace florin::test {
namespace {

TEST_CASE("Any command is read as it was written") {
  check_property("a command survives its bytes", [] {
    TracedCommand traced = *any_command();
    traced.is_async = *rc::gen::arbitrary<bool>();
    Writer writer;
    encode_command(writer, traced);
    Reader reader(writer.view());
    const auto decoded = decode_command(reader);
    reader.finish();
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(reader.ok());
    RC_ASSERT(*decoded == traced);
  });
}

TEST_CASE("Any journal is read and written again byte for byte") {
  check_property("a record survives its entries", [] {
    Cluster cluster({1, 5, 1, 4096});
    (void)cluster.run(*any_commands());
    for (const std::string& bytes : cluster.store(0).snapshot()->records(BatchOrdinal(0), SIZE_MAX).rows) {
      const auto record = read_record(bytes);
      RC_ASSERT(record.has_value());
      const auto entries = record->entries();
      RC_ASSERT(entries.has_value());
      BatchBuilder builder(record->header);
      for (const Entry& entry : *entries) {
        const auto alone = EntryIndex(*record).entry(entry.sequence());
        RC_ASSERT(alone.has_value());
        RC_ASSERT(*alone == entry);
        builder.add(entry);
      }
      RC_ASSERT(std::move(builder).seal().bytes == bytes);
    }
  });
}

TEST_CASE("Any 128-bit integer survives its two halves") {
  check_property("int128 round trip", [](std::uint64_t high, std::uint64_t low) {
    const auto value = static_cast<Int128>((static_cast<Uint128>(high) << 64U) | low);
    Writer writer;
    encode_int128(writer, value);
    Reader reader(writer.view());
    RC_ASSERT((decode_int128(reader) == value));
    RC_ASSERT(reader.ok());
  });
}

TEST_CASE("Different content has another content hash and dates and traces do not count") {
  const Command base = payment("p", "w", 5);
  std::vector<Command> others{payment("q", "w", 5),        payment("p", "v", 5),  payment("p", "w", 6),
                              payment("p", "w", 5, "USD"), withdraw("p", "w", 5), advice(base)};
  others.push_back(base);
  others.back().merchant = Merchant("m");
  others.push_back(base);
  others.back().external = ExternalAccount("m");
  others.push_back(base);
  others.back().reference = Reference("m");
  others.push_back(base);
  others.back().credit_limit = MinorUnits(0);
  for (const Command& other : others) {
    CHECK(content_hash(other) != content_hash(base));
    CHECK_FALSE(same_content(other, base));
  }
  Command dated = base;
  dated.effective_date = 20260101;
  CHECK(content_hash(dated) == content_hash(base));
  CHECK(same_content(dated, base));
}

}  // namespace
}  // namespace florin::test
