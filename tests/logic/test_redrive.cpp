// A redrive, step by step: reserve, submit, record, and then the next letter.

#include "logic/letter_handling.hpp"
#include "logic/redrive.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/letters.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

constexpr TimeUs kNow{9'000'000};

RedriveSettings settings() {
  RedriveSettings settings;
  settings.by = OperatorName("ann");
  settings.letter_class = LetterClass::rejected;
  return settings;
}

/// A letter as the sink has it, which takes what the redrive says.
struct Sink {
  Letter letter = letter_of(LetterClass::rejected, payment("p-1", "w", 5));

  Result<Letter> take(const Redrive::Step& step) {
    auto handled = apply_handle(letter, std::get<Handle>(step), kNow);
    if (handled) {
      letter = *handled;
    }
    return handled;
  }
};

Answer success() {
  Answer answer;
  answer.resolution = Resolution::success;
  return answer;
}

TEST_CASE("A letter is reserved then submitted under the reserved id then recorded") {
  Sink sink;
  Redrive redrive(settings(), {LetterNumber(7)});
  redrive.on_reply(sink.take(redrive.next(kNow)));
  const auto command = std::get<TracedCommand>(redrive.next(kNow)).command;
  CHECK(command.id.view() == "p-1~r1");
  CHECK(sink.letter.handling()->state == HandlingState::redriving);
  CHECK(redrive.on_answer(success()));
  redrive.on_reply(sink.take(redrive.next(kNow)));
  CHECK(std::holds_alternative<Redrive::Done>(redrive.next(kNow)));
  CHECK(sink.letter.handling()->state == HandlingState::redriven);
  const auto results = redrive.take_results();
  REQUIRE(results.size() == 1);
  CHECK_FALSE(results[0].problem.has_value());
  CHECK(results[0].answer.resolution == Resolution::success);
  CHECK(redrive.take_results().empty());
}

TEST_CASE("A step comes again until its outcome is told") {
  Sink sink;
  Redrive redrive(settings(), {LetterNumber(7)});
  CHECK(std::get<Handle>(redrive.next(kNow)) == std::get<Handle>(redrive.next(kNow)));
  redrive.on_reply(sink.take(redrive.next(kNow)));
  CHECK(std::get<TracedCommand>(redrive.next(kNow)) == std::get<TracedCommand>(redrive.next(kNow)));
}

TEST_CASE("After a crash behind the reservation the redrive goes on under the same id") {
  Sink sink;
  {
    Redrive crashed(settings(), {LetterNumber(7)});
    crashed.on_reply(sink.take(crashed.next(kNow)));
  }
  Redrive again(settings(), {LetterNumber(7)});
  again.on_reply(sink.take(again.next(kNow)));
  CHECK(std::get<TracedCommand>(again.next(kNow)).command.id.view() == "p-1~r1");
  CHECK(again.on_answer(success()));
  again.on_reply(sink.take(again.next(kNow)));
  CHECK(sink.letter.is_handled());
}

TEST_CASE("A refusal that may pass leaves the letter as it is") {
  Sink sink;
  Redrive redrive(settings(), {LetterNumber(7)});
  redrive.on_reply(sink.take(redrive.next(kNow)));
  CHECK_FALSE(redrive.on_answer(refusal(Code::overloaded, "full", 100)));
  Answer queued;
  queued.resolution = Resolution::queued;
  CHECK_FALSE(redrive.on_answer(queued));
  CHECK(std::holds_alternative<TracedCommand>(redrive.next(kNow)));
  CHECK(redrive.on_answer(refusal(Code::idempotency_conflict, "used")));
  redrive.on_reply(sink.take(redrive.next(kNow)));
  CHECK(sink.letter.handling()->state == HandlingState::returned);
}

TEST_CASE("What the sink refuses is told and the next letter follows") {
  Redrive redrive(settings(), {LetterNumber(7), LetterNumber(9)});
  redrive.on_reply(problem(Code::already_handled, "discarded"));
  CHECK(std::get<Handle>(redrive.next(kNow)).letter == LetterNumber(9));
  const auto results = redrive.take_results();
  REQUIRE(results.size() == 1);
  CHECK(results[0].letter == LetterNumber(7));
  CHECK(results[0].problem->code == Code::already_handled);
}

TEST_CASE("A letter that is named twice is redriven once") {
  Redrive redrive(settings(), {LetterNumber(9), LetterNumber(7), LetterNumber(9), LetterNumber(7)});
  CHECK(redrive.letters() == 2);
  CHECK(std::get<Handle>(redrive.next(kNow)).letter == LetterNumber(7));
}

TEST_CASE("A cap on the rate keeps letters apart and waits for no clock that was set back") {
  RedriveSettings capped = settings();
  capped.per_second_max = 4;
  Redrive redrive(capped, {LetterNumber(1), LetterNumber(2), LetterNumber(3)});
  (void)redrive.next(kNow);
  redrive.on_reply(problem(Code::not_found, "no"));
  CHECK(std::get<Redrive::Wait>(redrive.next(kNow)).until == kNow.plus(250'000));
  CHECK(std::holds_alternative<Redrive::Wait>(redrive.next(kNow.plus(249'999))));
  CHECK(std::holds_alternative<Handle>(redrive.next(kNow.plus(250'000))));
  CHECK(std::holds_alternative<Handle>(redrive.next(kNow.plus(250'001))));
  redrive.on_reply(problem(Code::not_found, "no"));
  CHECK(std::holds_alternative<Handle>(redrive.next(kNow)));
}

TEST_CASE("A reply without a reserved id is a problem of that letter") {
  Redrive redrive(settings(), {LetterNumber(7)});
  (void)redrive.next(kNow);
  redrive.on_reply(letter_of(LetterClass::rejected, payment("p-1", "w", 5)));
  CHECK(redrive.take_results().front().problem->code == Code::malformed);
}

}  // namespace
}  // namespace florin::test
