#include "logic/letter_handling.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/invariant.hpp"
#include "base/text.hpp"
#include "protocol/hash.hpp"

namespace florin {

namespace {

constexpr std::string_view kMark = "~r";

std::uint64_t number_of(const Letter& letter) {
  return letter.number.value();
}

/// The id that a row of redrives began with.
const TransactionId& root_of(const Command& command) {
  return command.redrive_of.empty() ? command.id : command.redrive_of;
}

/// Which redrive of its root the command was; 0 for the root itself.
std::uint32_t number_in_row(const Command& command) {
  const std::string_view id = command.id.view();
  const std::size_t mark = id.rfind(kMark);
  constexpr std::size_t kDigitsMax = 9;
  if (command.redrive_of.empty() || mark == std::string_view::npos ||
      id.size() - mark - kMark.size() > kDigitsMax) {
    return 0;
  }
  std::uint32_t number = 0;
  for (const char digit : id.substr(mark + kMark.size())) {
    if (digit < '0' || digit > '9') {
      return 0;
    }
    number = number * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  return number;
}

Result<void> not_redrivable(const Letter& letter, std::string_view what) {
  return problem(Code::not_redrivable, fmt::format("letter {} {}", number_of(letter), what));
}

/// Whether another handling may follow the last one.
Result<void> may_follow(const Letter& letter, const Handle& handle) {
  const Handling* last = letter.handling();
  if (last != nullptr && last->state == HandlingState::discarded && !handle.even_discarded) {
    return problem(Code::already_handled, fmt::format("letter {} was discarded by {} ({}): only with the "
                                                      "option `discarded` it is handled again",
                                                      number_of(letter), last->by.view(), last->reason));
  }
  if (last != nullptr && last->state == HandlingState::redriven && !handle.even_redriven) {
    return problem(Code::already_handled,
                   fmt::format("letter {} was redriven by {} as id {} ({}): only with the option `redriven` "
                               "it is handled again",
                               number_of(letter), last->by.view(), last->id.view(), name(last->resolution)));
  }
  constexpr std::size_t kOfOneRedrive = 2;
  if (letter.handlings.size() + kOfOneRedrive > kHandlingsMax) {
    return problem(Code::already_handled,
                   fmt::format("letter {} was handled {} times, which is the most that "
                               "is kept: send the transaction anew, under a new id",
                               number_of(letter), letter.handlings.size()));
  }
  return {};
}

Letter with(const Letter& letter, Handling handling) {
  Letter handled = letter;
  handled.handlings.push_back(std::move(handling));
  return handled;
}

Result<Letter> reserve(const Letter& letter, const Handle& handle, TimeUs now) {
  if (const auto may = may_redrive(letter, handle.letter_class); !may) {
    return tl::make_unexpected(may.error());
  }
  if (letter.handling() != nullptr && letter.handling()->state == HandlingState::redriving) {
    return letter;  // whoever began and whoever goes on do it under one id
  }
  if (const auto may = may_follow(letter, handle); !may) {
    return tl::make_unexpected(may.error());
  }
  return with(letter, {HandlingState::redriving, now, handle.by, redrive_id(letter), {}, {}, {}});
}

Result<Letter> record(const Letter& letter, const Handle& handle, TimeUs now) {
  const Handling* last = letter.handling();
  if (last == nullptr || last->id != handle.id) {
    return problem(Code::already_handled, fmt::format("letter {} is not being redriven as id {}: reserve it "
                                                      "first",
                                                      number_of(letter), handle.id.view()));
  }
  const auto state =
      handle.resolution == Resolution::refused ? HandlingState::returned : HandlingState::redriven;
  // One operator may have been refused what another got decided: a decision is the stronger word.
  const bool is_stronger = last->state == HandlingState::returned && state == HandlingState::redriven &&
                           letter.handlings.size() < kHandlingsMax;
  if (last->state == HandlingState::redriving || is_stronger) {
    return with(letter, {state, now, handle.by, handle.id, handle.resolution, handle.code, {}});
  }
  if (last->state == state && last->resolution == handle.resolution && last->code == handle.code) {
    return letter;  // another operator was faster
  }
  return problem(Code::already_handled,
                 fmt::format("the redrive of letter {} as id {} is recorded with another outcome ({})",
                             number_of(letter), handle.id.view(), name(last->resolution)));
}

Result<Letter> discard(const Letter& letter, const Handle& handle, TimeUs now) {
  const Handling* last = letter.handling();
  if (last != nullptr && last->state == HandlingState::redriving) {
    return problem(Code::already_handled,
                   fmt::format("letter {} is being redriven as id {} since {} began it: redrive it again, "
                               "which ends that, and then look at the outcome",
                               number_of(letter), last->id.view(), last->by.view()));
  }
  const bool is_repeated = last != nullptr && last->state == HandlingState::discarded &&
                           last->by == handle.by && last->reason == handle.reason;
  if (is_repeated) {
    return letter;
  }
  if (const auto may = may_follow(letter, handle); !may) {
    return tl::make_unexpected(may.error());
  }
  return with(letter, {HandlingState::discarded, now, handle.by, {}, {}, {}, handle.reason});
}

}  // namespace

Result<void> may_redrive(const Letter& letter, std::optional<LetterClass> named) {
  if (named && *named != letter.letter_class) {
    return not_redrivable(letter,
                          fmt::format("is of class {}, not {}", name(letter.letter_class), name(*named)));
  }
  switch (letter.letter_class) {
    case LetterClass::failed: return {};
    case LetterClass::rejected:
      return named ? Result<void>()
                   : not_redrivable(letter,
                                    "was rejected, which is final: name the class `rejected` to try it again "
                                    "under a new id");
    case LetterClass::malformed:
      return not_redrivable(letter,
                            "never was a command: correct it where it came from and send it from there");
    case LetterClass::suspicious:
      return not_redrivable(letter, "was stopped by a check: clear it with whoever runs the check");
    case LetterClass::unapplied:
      return not_redrivable(letter,
                            "has its money in suspense already: post it to the right wallet under a new id, "
                            "and discard the letter with that id as the reason");
  }
  invariant(false, "a class is one of its enumerators");
  return {};
}

TransactionId redrive_id(const TransactionId& root, std::uint32_t number) {
  const std::string suffix = fmt::format("{}{}", kMark, number);
  if (root.view().size() + suffix.size() <= kNameMax) {
    return TransactionId(fmt::format("{}{}", root.view(), suffix));
  }
  constexpr std::size_t kHashBytes = 8;
  const std::string hash = "~" + to_hex(blake2b(root.view()).view().substr(0, kHashBytes));
  const std::string_view kept = root.view().substr(0, kNameMax - hash.size() - suffix.size());
  return TransactionId(fmt::format("{}{}{}", kept, hash, suffix));
}

TransactionId redrive_id(const Letter& letter) {
  const Command& command = letter.entry->entry.command;
  if (letter.letter_class == LetterClass::failed) {
    return command.id;
  }
  const auto used_up =
      std::count_if(letter.handlings.begin(), letter.handlings.end(), [](const Handling& one) {
        return one.state == HandlingState::redriven ||
               (one.state == HandlingState::returned && one.code == Code::idempotency_conflict);
      });
  return redrive_id(root_of(command), number_in_row(command) + static_cast<std::uint32_t>(used_up) + 1);
}

TracedCommand redrive_command(const Letter& letter, const TransactionId& id) {
  const Entry& entry = letter.entry->entry;
  TracedCommand traced{entry.command, entry.provenance.trace};
  if (letter.letter_class == LetterClass::failed) {
    traced.redrive = true;
  } else {
    traced.command.redrive_of = root_of(entry.command);
    traced.command.id = id;
  }
  return traced;
}

Result<Letter> apply_handle(const Letter& letter, const Handle& handle, TimeUs now) {
  switch (handle.action) {
    case HandleAction::reserve: return reserve(letter, handle, now);
    case HandleAction::record: return record(letter, handle, now);
    case HandleAction::discard: return discard(letter, handle, now);
  }
  invariant(false, "an action is one of its enumerators");
  return letter;
}

}  // namespace florin
