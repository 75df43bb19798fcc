// Bytes that are not whole, or not as they were, are refused and never crash.

#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/property.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

TEST_CASE("Every truncation of every format is refused") {
  for (const GoldenSample& sample : golden_samples()) {
    for (std::size_t length = 0; length < sample.bytes.size(); ++length) {
      INFO(sample.name << " cut to " << length << " bytes");
      // A copy of exactly that length, so that a sanitizer sees one byte read too many.
      const std::string cut(sample.bytes.begin(), sample.bytes.begin() + static_cast<std::ptrdiff_t>(length));
      const auto problem = sample.decode(cut);
      REQUIRE(problem.has_value());
      CHECK_FALSE(problem->detail.empty());
    }
  }
}

TEST_CASE("A byte behind the end of any format is refused") {
  for (const GoldenSample& sample : golden_samples()) {
    INFO(sample.name);
    const auto problem = sample.decode(sample.bytes + '\xC0');
    REQUIRE(problem.has_value());
    // A record's hash stands at its very end, so there a byte more moves everything.
    const bool record = sample.name.starts_with("record.");
    CHECK(problem->code == (record ? problem->code : Code::trailing_bytes));
  }
}

TEST_CASE("Any change of one byte is refused or decodes and never crashes") {
  for (const GoldenSample& sample : golden_samples()) {
    for (std::size_t at = 0; at < sample.bytes.size(); ++at) {
      for (const int other :
           {0x00, 0x7F, 0x80, 0x90, 0xC0, 0xC1, 0xC7, 0xCB, 0xCF, 0xD3, 0xDB, 0xDD, 0xDF, 0xFF}) {
        std::string changed = sample.bytes;
        changed[at] = static_cast<char>(other);
        if (!sample.decode(changed)) {
          (void)sample.encode_again(changed);
        }
      }
    }
  }
}

TEST_CASE("Any change of one bit of a record is refused") {
  for (const GoldenSample& sample : golden_samples()) {
    if (!sample.name.starts_with("record.")) {
      continue;
    }
    for (std::size_t bit = 0; bit < sample.bytes.size() * 8; ++bit) {
      std::string changed = sample.bytes;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1U << (bit % 8)));
      INFO(sample.name << " with bit " << bit << " flipped");
      REQUIRE(sample.decode(changed).has_value());
    }
  }
}

TEST_CASE("Random bytes are refused by every decoder") {
  const auto samples = golden_samples();
  check_property("random bytes never crash a decoder", [&] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    for (const GoldenSample& sample : samples) {
      RC_ASSERT(sample.decode(bytes).has_value());
    }
  });
}

}  // namespace
}  // namespace florin::test
