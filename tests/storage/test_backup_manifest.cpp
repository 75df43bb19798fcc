#include <string>

#include "storage/backup_manifest.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

BackupManifest sample() {
  BackupManifest manifest;
  manifest.florin = "0.1.0 (abc1234)";
  manifest.created = "2026-12-01T01:00:00.000000Z";
  manifest.lineage = fixed_from<Id128>("0123456789abcdef");
  manifest.cut = BackupCut::closed;
  BackupManifest::Shard shard;
  shard.head = {manifest.lineage, ShardIndex(0), BatchOrdinal(7), SequenceNumber(12),
                fixed_from<Digest>(std::string(32, '\x11'))};
  shard.records = {{"shard-000.00001.rows", 4711, 7, fixed_from<Digest>(std::string(32, '\x22'))}};
  manifest.shards = {shard};
  manifest.refused = {{"refused.00001.rows", 12, 1, fixed_from<Digest>(std::string(32, '\x33'))}};
  return manifest;
}

/// The sample with one text in it replaced.
std::string changed(const std::string& what, const std::string& by) {
  std::string text = encode_manifest(sample());
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

TEST_CASE("A manifest is read as it was written") {
  const auto read = decode_manifest(encode_manifest(sample()));
  REQUIRE(read);
  CHECK(*read == sample());
}

TEST_CASE("A manifest that is not one is refused by what is wrong") {
  const auto [what, by, told] = GENERATE(table<std::string, std::string, std::string>({
      {"\"format\": 1", "\"format\": 2", "it has format 2, this version of florin reads 1"},
      {"\"lineage\"", "\"linage\"", "lineage is missing"},
      {"\"closed\"", "\"shut\"", "cut is neither open nor closed"},
      {"4711", "-1", "bytes is no number"},
      {"4711", "4.5", "bytes is no number"},
      {"\"1111", "\"11", "hash is not of 64 hexadecimal digits"},
      {"\"1111", "\"x111", "hash is not of 64 hexadecimal digits"},
      {"shard-000.00001.rows", "../rows", "name is no file's name"},
      {"shard-000.00001.rows", "a/b", "name is no file's name"},
      {"\"refused\": [", "\"refused\": {}, \"x\": [", "refused is no list"},
      {"\"shards\": [", "\"shards\": [], \"x\": [", "shards is not a list of 1 to 256"},
      {"{", "", "it is no JSON object"},
  }));
  const auto read = decode_manifest(changed(what, by));
  INFO(what << " -> " << by);
  REQUIRE_FALSE(read);
  CHECK(read.error().detail.find(told) != std::string::npos);
}

}  // namespace
}  // namespace florin::test
