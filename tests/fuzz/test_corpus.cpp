// What fuzzing found worth keeping, and every seed, goes through its target again: under every compiler and
// sanitizer, without a fuzzer.

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/fuzz/target.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

const std::filesystem::path kCorpus = FLORIN_FUZZ_CORPUS;

std::string contents(const std::filesystem::path& file) {
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return bytes.str();
}

TEST_CASE("Every file of the fuzz corpora goes through its target without a finding") {
  for (const FuzzTarget& target : fuzz_targets()) {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kCorpus / target.name)) {
      INFO(entry.path());
      CHECK(target.run(contents(entry.path())).value_or("nothing found") == "nothing found");
      ++files;
    }
    INFO(target.name);
    CHECK(files > 0);
  }
}

TEST_CASE("Every seed of a fuzz target goes through it without a finding") {
  for (const FuzzTarget& target : fuzz_targets()) {
    INFO(target.name);
    CHECK_FALSE(target.seeds.empty());
    for (const std::string& seed : target.seeds) {
      CHECK(target.run(seed).value_or("nothing found") == "nothing found");
    }
  }
}

TEST_CASE("Every fuzz target takes nothing at all and a single byte of any value") {
  for (const FuzzTarget& target : fuzz_targets()) {
    INFO(target.name);
    CHECK(target.run({}).value_or("nothing found") == "nothing found");
    for (int byte = 0; byte < 256; ++byte) {
      CHECK(target.run(std::string(1, static_cast<char>(byte))).value_or("nothing found") == "nothing found");
    }
  }
}

TEST_CASE("The fuzz corpora hold no folder without a target") {
  std::set<std::string> known;
  for (const FuzzTarget& target : fuzz_targets()) {
    CHECK(known.insert(target.name).second);
  }
  for (const auto& entry : std::filesystem::directory_iterator(kCorpus)) {
    INFO(entry.path());
    CHECK(known.count(entry.path().filename().string()) == 1);
  }
}

}  // namespace
}  // namespace florin::test
