// A number that is wider than its place is refused, not cut to fit.

#include "protocol/backend.hpp"
#include "protocol/message.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

constexpr std::uint64_t kTooWide = (std::uint64_t{1} << 32U) + 100;

TEST_CASE("A retry-after beyond 32 bits is refused") {
  Writer writer;
  writer.array(9).uint(3).uint(301).nil().uint(kTooWide).nil().nil().nil().nil().nil();
  Reader reader(writer.view());
  CHECK(decode_answer_body(reader).error().code == Code::malformed);
}

TEST_CASE("An effective date beyond 32 bits is refused in an entry") {
  Entry entry;
  entry.command.wallet = WalletId("w");
  entry.command.effective_date = 0xFFFFFFFF;
  entry.sides.push_back({WalletId("w"), {}, {}});
  Writer writer;
  encode_entry(writer, entry, {});
  std::string bytes = std::move(writer).take();
  Reader whole(bytes);
  CHECK(decode_entry(whole, {}, {})->command.effective_date == 0xFFFFFFFF);

  const std::string narrow = from_hex("ceffffffff");
  bytes.replace(bytes.find(narrow), narrow.size(), from_hex("cf0000000100000064"));
  Reader wide(bytes);
  CHECK(decode_entry(wide, {}, {}).error().code == Code::malformed);
}

TEST_CASE("A shard beyond 16 bits is refused") {
  Writer writer;
  writer.array(8).uint(1).uint(33).uint(65536).uint(1).text("worker").uint(1).uint(1).uint(1);
  CHECK(decode_ready(writer.view()).error().code == Code::malformed);
}

}  // namespace
}  // namespace florin::test
