// What may be done about a dead letter, and in which order.

#include "logic/letter_handling.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/letters.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

constexpr TimeUs kNow{9'000'000};
constexpr auto kRejected = LetterClass::rejected;

Letter failed() {
  return letter_of(LetterClass::failed, deposit("d-1", "w", 5));
}
Letter rejected(std::string_view id = "p-1") {
  return letter_of(kRejected, payment(id, "w", 5));
}

Letter after(const Letter& letter, const Handle& handle) {
  return apply_handle(letter, handle, kNow).value();
}

/// The code with which it is refused.
Code refused(const Letter& letter, const Handle& handle) {
  const auto handled = apply_handle(letter, handle, kNow);
  REQUIRE_FALSE(handled.has_value());
  return handled.error().code;
}

TEST_CASE("A failed letter is redriven under its own id") {
  const Letter letter = after(failed(), reserve());
  REQUIRE(letter.handlings.size() == 1);
  CHECK(letter.handling()->state == HandlingState::redriving);
  CHECK(letter.handling()->time == kNow);
  CHECK(letter.handling()->id.view() == "d-1");
  CHECK_FALSE(letter.is_handled());
  const TracedCommand again = redrive_command(letter, letter.handling()->id);
  CHECK(again.redrive);
  CHECK(again.command == deposit("d-1", "w", 5));
}

TEST_CASE("A rejected letter is redriven only where its class is named and as a new id that names the old") {
  CHECK(refused(rejected(), reserve()) == Code::not_redrivable);
  CHECK(refused(rejected(), reserve(LetterClass::failed)) == Code::not_redrivable);
  const Letter letter = after(rejected(), reserve(kRejected));
  CHECK(letter.handling()->id.view() == "p-1~r1");
  const TracedCommand again = redrive_command(letter, letter.handling()->id);
  CHECK_FALSE(again.redrive);
  CHECK(again.command.id.view() == "p-1~r1");
  CHECK(again.command.redrive_of.view() == "p-1");
  CHECK(again.command.amount == MinorUnits(5));
}

TEST_CASE("What cannot be redriven says what to do instead") {
  for (const auto letter_class : {LetterClass::malformed, LetterClass::suspicious, LetterClass::unapplied}) {
    const Letter letter = letter_of(letter_class, deposit("d", "w", 5));
    for (const auto named : {std::optional<LetterClass>(), std::optional(letter_class)}) {
      const auto handled = apply_handle(letter, reserve(named), kNow);
      REQUIRE_FALSE(handled.has_value());
      CHECK(handled.error().code == Code::not_redrivable);
      CHECK(handled.error().detail.find("letter 7 ") == 0);
    }
  }
}

TEST_CASE("Two operators get one id and both may record its outcome") {
  const Letter first = after(rejected(), reserve(kRejected, "ann"));
  const Letter second = after(first, reserve(kRejected, "bob"));
  CHECK(second.handlings == first.handlings);
  const Letter done = after(second, record("p-1~r1", Resolution::success, Code::none, "bob"));
  CHECK(done.handling()->state == HandlingState::redriven);
  CHECK(done.handling()->by.view() == "bob");
  CHECK(done.is_handled());
  CHECK(after(done, record("p-1~r1", Resolution::success, Code::none, "ann")).handlings == done.handlings);
  CHECK(refused(done, record("p-1~r1", Resolution::rejected, Code::wallet_closed)) == Code::already_handled);
}

TEST_CASE("An outcome is recorded only of the id that was reserved") {
  CHECK(refused(rejected(), record("p-1~r1", Resolution::success)) == Code::already_handled);
  const Letter letter = after(rejected(), reserve(kRejected));
  CHECK(refused(letter, record("p-1~r2", Resolution::success)) == Code::already_handled);
}

TEST_CASE(
    "A redrive whose id is used for other content leaves the letter open, and the next gets another id") {
  Letter letter = after(rejected(), reserve(kRejected));
  letter = after(letter, record("p-1~r1", Resolution::refused, Code::idempotency_conflict));
  CHECK(letter.handling()->state == HandlingState::returned);
  CHECK_FALSE(letter.is_handled());
  CHECK(after(letter, reserve(kRejected)).handling()->id.view() == "p-1~r2");
}

TEST_CASE("A redrive that one operator was refused goes on under the same id for the next") {
  Letter letter = after(rejected(), reserve(kRejected, "ann"));
  letter = after(letter, record("p-1~r1", Resolution::refused, Code::not_allowed, "ann"));
  CHECK_FALSE(letter.is_handled());
  const Handle decided = record("p-1~r1", Resolution::success, Code::none, "bob");
  SECTION("who was allowed and began at the same time") {}
  SECTION("who begins later") {
    letter = after(letter, reserve(kRejected, "bob"));
    CHECK(letter.handling()->id.view() == "p-1~r1");
  }
  letter = after(letter, decided);
  CHECK(letter.is_handled());
  CHECK(letter.handling()->by.view() == "bob");
  CHECK(refused(letter, reserve(kRejected)) == Code::already_handled);
}

TEST_CASE("A redriven letter is redriven again only where that is said") {
  Letter letter = after(rejected(), reserve(kRejected));
  letter = after(letter, record("p-1~r1", Resolution::rejected, Code::insufficient_funds));
  CHECK(letter.is_handled());
  CHECK(refused(letter, reserve(kRejected)) == Code::already_handled);
  Handle again = reserve(kRejected);
  again.even_discarded = true;
  CHECK(refused(letter, again) == Code::already_handled);
  again.even_redriven = true;
  CHECK(after(letter, again).handling()->id.view() == "p-1~r2");
}

TEST_CASE("A discarded letter is redriven only where that is said") {
  const Letter letter = after(rejected(), discard("paid by hand"));
  CHECK(letter.is_handled());
  CHECK(letter.handling()->reason == "paid by hand");
  CHECK(refused(letter, reserve(kRejected)) == Code::already_handled);
  Handle again = reserve(kRejected);
  again.even_redriven = true;
  CHECK(refused(letter, again) == Code::already_handled);
  again.even_discarded = true;
  CHECK_FALSE(after(letter, again).is_handled());
}

TEST_CASE("A letter is discarded once and not while it is being redriven") {
  const Letter redriving = after(rejected(), reserve(kRejected));
  CHECK(refused(redriving, discard("no")) == Code::already_handled);
  const Letter discarded = after(failed(), discard("no"));
  CHECK(after(discarded, discard("no")).handlings == discarded.handlings);
  CHECK(refused(discarded, discard("another reason")) == Code::already_handled);
  CHECK(refused(discarded, discard("no", "bob")) == Code::already_handled);
}

TEST_CASE("Redrives of redrives count on from the first id") {
  Letter letter = rejected("p-1~r4");
  letter.entry->entry.command.redrive_of = TransactionId("p-1");
  const Letter redriving = after(letter, reserve(kRejected));
  CHECK(redriving.handling()->id.view() == "p-1~r5");
  CHECK(redrive_command(redriving, redriving.handling()->id).command.redrive_of.view() == "p-1");
  // A client's own id that only looks like one is a first id itself.
  CHECK(after(rejected("p-1~r4"), reserve(kRejected)).handling()->id.view() == "p-1~r4~r1");
}

TEST_CASE("A long id leaves room for the number and stays another than its neighbour's") {
  const std::string long_a = std::string(63, 'x') + "a";
  const std::string long_b = std::string(63, 'x') + "b";
  const TransactionId a(long_a);
  const TransactionId b(long_b);
  for (const std::uint32_t number : {1U, 12U, 1234U}) {
    const TransactionId made = redrive_id(a, number);
    CHECK(made.view().size() == kNameMax);
    CHECK(is_name(made.view()));
    CHECK(redrive_id(a, number) == redrive_id(a, number));
    CHECK(redrive_id(a, number) != redrive_id(b, number));
    CHECK(redrive_id(a, number) != redrive_id(a, number + 1));
  }
  CHECK(redrive_id(TransactionId(std::string(61, 'x')), 1).view() == std::string(61, 'x') + "~r1");
}

TEST_CASE("What is kept of a letter's handlings is bounded") {
  Letter letter = failed();
  Handle again = reserve();
  again.even_redriven = true;
  for (std::size_t i = 0; i < kHandlingsMax / 2; ++i) {
    letter = after(letter, again);
    letter = after(letter, record("d-1", Resolution::success));
  }
  CHECK(letter.handlings.size() == kHandlingsMax);
  CHECK(refused(letter, again) == Code::already_handled);
}

}  // namespace
}  // namespace florin::test
