#pragma once

/// Redrives dead letters, one after the other. Sans-I/O: it says what to do next, and is told what came of
/// it.
///
///     for each letter    HANDLE reserve ──> the one id ──> submit the command ──> HANDLE record
///                            │ refused                         │ no answer
///                            v                                 v
///                        told, next letter                 stopped: the letter stays `redriving`
///
/// The id is reserved in the sink before anything is submitted. So two who redrive one letter do it under one
/// id, and a crash at any point is mended by doing it again.
///
///     Redrive redrive(settings, letters);
///     for (Step step = redrive.next(now); ...; step = redrive.next(now)) { ... do it ... redrive.on_...(); }

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "protocol/command_codec.hpp"
#include "protocol/handling.hpp"
#include "protocol/letter.hpp"
#include "protocol/message.hpp"

namespace florin {

struct RedriveSettings {
  OperatorName by;
  std::optional<LetterClass> letter_class;  ///< named by the operator; `rejected` needs it
  bool even_discarded = false;
  bool even_redriven = false;
  std::uint32_t per_second_max = 0;  ///< 0: as fast as it goes
};

/// What became of one letter.
struct Redriven {
  LetterNumber letter;
  std::optional<Problem> problem;  ///< the sink refused it
  Command command;                 ///< else: what was submitted
  Answer answer;                   ///< and its outcome
};

class Redrive {
 public:
  /// Each letter once, in order of their numbers.
  Redrive(const RedriveSettings& settings, std::vector<LetterNumber> letters);

  struct Wait {
    TimeUs until;
  };
  struct Done {};
  /// Tell the sink, submit to the router, wait, or nothing any more.
  using Step = std::variant<Handle, TracedCommand, Wait, Done>;
  /// The same step again until its outcome is told.
  [[nodiscard]] Step next(TimeUs now);

  /// The sink's reply to a HANDLE.
  void on_reply(const Result<Letter>& reply);
  /// The outcome of the command. Says whether that is one: a refusal that may pass leaves the letter as it
  /// is.
  [[nodiscard]] bool on_answer(const Answer& answer);

  /// What has become of letters since the last call.
  [[nodiscard]] std::vector<Redriven> take_results();
  [[nodiscard]] std::size_t letters() const { return letters_.size(); }

 private:
  enum class Phase : std::uint8_t { reserving, submitting, recording };

  [[nodiscard]] Handle handle(HandleAction action) const;
  void finish(std::optional<Problem> problem);

  const RedriveSettings settings_;
  std::vector<LetterNumber> letters_;
  std::size_t at_ = 0;
  Phase phase_ = Phase::reserving;
  std::optional<TimeUs> last_began_at_;
  bool began_ = false;  ///< the current letter: it does not wait any more
  TracedCommand command_;
  Answer answer_;
  std::vector<Redriven> results_;
};

}  // namespace florin
