#include <string>
#include <type_traits>

#include "base/bounded_text.hpp"
#include "base/digest.hpp"
#include "base/strong.hpp"
#include "base/wait.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

using Short = BoundedText<struct ShortTag, 4>;

static_assert(!std::is_convertible_v<std::uint64_t, SequenceNumber>);
static_assert(!std::is_convertible_v<SequenceNumber, std::uint64_t>);
static_assert(!std::is_constructible_v<Epoch, SequenceNumber>);

TEST_CASE("A strong integer counts and compares within its own kind") {
  CHECK(SequenceNumber(3).next() == SequenceNumber(4));
  CHECK(SequenceNumber(3).plus(4) == SequenceNumber(7));
  CHECK(SequenceNumber(3) < SequenceNumber(4));
  CHECK(SequenceNumber().value() == 0);
}

TEST_CASE("A wait is over after its time, and when the clock has been set back behind its start") {
  const TimeUs since(1'000'000);
  CHECK_FALSE(wait_is_over(since, since, 50));
  CHECK_FALSE(wait_is_over(since.plus(49), since, 50));
  CHECK(wait_is_over(since.plus(50), since, 50));
  CHECK(wait_is_over(since.plus(-1), since, 50));
  CHECK(wait_is_over(since, since, 0));
}

TEST_CASE("Bounded text holds bytes up to its capacity in place") {
  CHECK(Short().empty());
  CHECK(Short("abcd").view() == "abcd");
  CHECK(Short(std::string_view("a\0b", 3)).view().size() == 3);
  CHECK(Short(std::string_view()).empty());
}

TEST_CASE("Bounded text sorts as its bytes do") {
  CHECK(Short("a") < Short("ab"));
  CHECK(Short("ab") < Short("b"));
  CHECK(Short("") < Short("a"));
  CHECK(Short("a") == Short("a"));
}

TEST_CASE("A digest is copied from bytes of its length") {
  std::string bytes(Digest::kSize, '\0');
  bytes.front() = '\x01';
  bytes.back() = '\xFF';
  const auto digest = fixed_from<Digest>(bytes);
  CHECK(digest.view() == bytes);
  CHECK(digest != Digest{});
}

}  // namespace
}  // namespace florin::test
