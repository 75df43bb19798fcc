// The twin of the fuzz targets: decoders with a defect, which the same check must find in one crafted input.

#include "tests/fuzz/decoder_check.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

/// What the planted target says to its seed, cut short by some bytes.
Finding found_by(std::string_view planted, std::size_t cut_bytes = 0) {
  for (const FuzzTarget& target : planted_fuzz_targets()) {
    if (target.name == planted) {
      const std::string& seed = target.seeds.front();
      return target.run(seed.substr(0, seed.size() - cut_bytes));
    }
  }
  return "there is no such planted target";
}

TEST_CASE("A decoder that takes trailing bytes is found") {
  CHECK(found_by("planted.takes_more") == "a byte behind the end is taken too");
}

TEST_CASE("A decoder that reads one byte past its input is found without a sanitizer") {
  CHECK(found_by("planted.reads_past", 1) == "what stands behind the bytes makes a difference");
}

TEST_CASE("A value that is lost on the way is found") {
  CHECK(found_by("planted.loses_a_value").value_or("").starts_with("something is lost"));
}

TEST_CASE("An encoding that changes each time is found") {
  CHECK(found_by("planted.drifts").value_or("").starts_with("what it writes is not written the same again"));
}

TEST_CASE("An encoding that its own decoder refuses is found") {
  CHECK(found_by("planted.writes_too_much").value_or("").starts_with("what it writes is refused"));
}

TEST_CASE("The same meaning in other bytes is the same meaning") {
  using namespace std::string_view_literals;
  CHECK(meaning_of("\x92\x05\xC0") == meaning_of("\x92\xCD\x00\x05\xA0"sv));
  CHECK(meaning_of("\x92\x05\xC0") != meaning_of("\x92\x06\xC0"));
}

}  // namespace
}  // namespace florin::test
