// The bytes of the index of ids are those of the documents, and what they hold is found.

#include <algorithm>
#include <random>

#include "base/text.hpp"
#include "storage/id_chunk.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

std::vector<SequenceNumber> find(std::string_view chunk, std::uint64_t fingerprint) {
  std::vector<SequenceNumber> found;
  find_in_chunk(chunk, {fingerprint}, found);
  return found;
}

TEST_CASE("A chunk is written as the golden bytes") {
  const std::vector<StoredId> ids{{{1}, SequenceNumber(7)}, {{255}, SequenceNumber(5)}};
  CHECK(to_hex(pack_chunk(ids)) == to_hex(read_golden_file().at("index.chunk")));
}

TEST_CASE("A fingerprint is that of the golden bytes") {
  Id128 secret;
  for (std::size_t i = 0; i < Id128::kSize; ++i) {
    secret.bytes[i] = static_cast<unsigned char>(i);
  }
  std::string bytes;
  append_big_endian(
      bytes, Fingerprinter(secret)(IdNamespace::client, WalletId("alice"), TransactionId("d-1")).value);
  CHECK(to_hex(bytes) == to_hex(read_golden_file().at("index.fingerprint")));
}

TEST_CASE("Wallet and id are told apart in a fingerprint") {
  const Fingerprinter fingerprint{Id128{}};
  CHECK(fingerprint(IdNamespace::client, WalletId("ab"), TransactionId("c")) !=
        fingerprint(IdNamespace::client, WalletId("a"), TransactionId("bc")));
}

TEST_CASE("All sequences under a fingerprint are found, and no others") {
  const auto seed = GENERATE(range(1U, 20U));
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  std::vector<StoredId> ids;
  for (std::uint64_t i = 0; i < std::uint64_t{seed} * 3; ++i) {
    ids.push_back({{random() % 20}, SequenceNumber(i)});
  }
  std::sort(ids.begin(), ids.end());
  const std::string chunk = pack_chunk(ids);
  CHECK(is_chunk(chunk));
  for (std::uint64_t fingerprint = 0; fingerprint < 21; ++fingerprint) {
    std::vector<SequenceNumber> expected;
    for (const StoredId& id : ids) {
      if (id.fingerprint.value == fingerprint) {
        expected.push_back(id.sequence);
      }
    }
    CHECK(find(chunk, fingerprint) == expected);
  }
}

TEST_CASE("An empty chunk holds nothing, and one that is cut off is none") {
  CHECK(find("", 1).empty());
  CHECK(is_chunk(""));
  CHECK_FALSE(is_chunk(std::string(17, '\0')));
}

}  // namespace
}  // namespace florin::test
