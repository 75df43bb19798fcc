#include "logic/redrive.hpp"

#include <algorithm>
#include <utility>

#include "base/invariant.hpp"
#include "base/wait.hpp"
#include "logic/letter_handling.hpp"

namespace florin {

namespace {

constexpr std::int64_t kSecondUs = 1'000'000;

}  // namespace

Redrive::Redrive(const RedriveSettings& settings, std::vector<LetterNumber> letters)
    : settings_(settings), letters_(std::move(letters)) {
  std::sort(letters_.begin(), letters_.end());
  letters_.erase(std::unique(letters_.begin(), letters_.end()), letters_.end());
}

Handle Redrive::handle(HandleAction action) const {
  Handle handle;
  handle.letter = letters_[at_];
  handle.by = settings_.by;
  handle.action = action;
  return handle;
}

Redrive::Step Redrive::next(TimeUs now) {
  if (at_ == letters_.size()) {
    return Done{};
  }
  if (phase_ == Phase::submitting) {
    return command_;
  }
  if (phase_ == Phase::recording) {
    Handle record = handle(HandleAction::record);
    record.id = command_.command.id;
    record.resolution = answer_.resolution;
    record.code = answer_.code;
    return record;
  }
  if (!began_ && last_began_at_ && settings_.per_second_max > 0) {
    const std::int64_t pause_us = kSecondUs / settings_.per_second_max;
    if (!wait_is_over(now, *last_began_at_, pause_us)) {
      return Wait{last_began_at_->plus(pause_us)};
    }
  }
  if (!began_) {
    began_ = true;
    last_began_at_ = now;
  }
  Handle reserve = handle(HandleAction::reserve);
  reserve.letter_class = settings_.letter_class;
  reserve.even_discarded = settings_.even_discarded;
  reserve.even_redriven = settings_.even_redriven;
  return reserve;
}

void Redrive::on_reply(const Result<Letter>& reply) {
  invariant(at_ < letters_.size() && phase_ != Phase::submitting, "a reply answers a HANDLE");
  if (!reply) {
    finish(reply.error());
    return;
  }
  if (phase_ == Phase::recording) {
    finish(std::nullopt);
    return;
  }
  const Handling* reserved = reply->handling();
  if (!reply->entry || reserved == nullptr || reserved->state != HandlingState::redriving) {
    finish(Problem{Code::malformed, "the dead-letter sink did not tell which id it has reserved"});
    return;
  }
  command_ = redrive_command(*reply, reserved->id);
  phase_ = Phase::submitting;
}

bool Redrive::on_answer(const Answer& answer) {
  invariant(at_ < letters_.size() && phase_ == Phase::submitting, "an answer answers a command");
  const bool may_pass = answer.code == Code::none || info(answer.code).retry != Retry::never;
  if (!answer.decided_something() && may_pass) {
    return false;
  }
  answer_ = answer;
  phase_ = Phase::recording;
  return true;
}

void Redrive::finish(std::optional<Problem> problem) {
  results_.push_back({letters_[at_], std::move(problem), command_.command, std::move(answer_)});
  answer_ = {};
  command_ = {};
  phase_ = Phase::reserving;
  began_ = false;
  ++at_;
}

std::vector<Redriven> Redrive::take_results() {
  return std::exchange(results_, {});
}

}  // namespace florin
