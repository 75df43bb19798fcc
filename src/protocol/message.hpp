#pragma once

/// The messages between a client and the router, one frame each. docs/PROTOCOL.md is their grammar.
///
///     client -> router   SUBMIT   [1, 2, session, number, [command, ...], {}]    session: nil or 16 bytes
///     router -> client   ANSWERS  [1, 17, [[number, index, body], ...]]

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong.hpp"
#include "ledger/codes.hpp"
#include "ledger/wallet.hpp"
#include "protocol/command_codec.hpp"
#include "protocol/entry.hpp"
#include "protocol/envelope.hpp"
#include "protocol/problem.hpp"
#include "protocol/session_message.hpp"

namespace florin {

/// What a SUBMIT says before its commands.
struct SubmitHead {
  std::optional<SessionNonce> session;  ///< none: a client that waits for each answer
  std::uint64_t number = 0;

  bool operator==(const SubmitHead&) const = default;
};

struct Submit {
  SubmitHead head;
  /// In the order sent. A command that is not well-formed stands as its problem, with its bytes.
  struct Item {
    Result<TracedCommand> decoded;
    std::string_view packed;
  };
  std::vector<Item> items;
};

/// A message that could not be read as a whole: nothing of it was taken.
struct RefusedMessage {
  Problem problem;
  std::optional<SubmitHead> head;  ///< where the bytes told it before they went wrong
};

/// Views into `bytes`. `commands_max` bounds the batch.
[[nodiscard]] tl::expected<Submit, RefusedMessage> decode_submit(std::string_view bytes,
                                                                 std::size_t commands_max);
/// The same into `submit`, whose memory is used again. Nothing where all went well.
[[nodiscard]] std::optional<RefusedMessage> decode_submit(std::string_view bytes, std::size_t commands_max,
                                                          Submit& submit);
/// The head alone, of a message that is not to be read to its end. Nothing where it cannot be read.
[[nodiscard]] std::optional<SubmitHead> peek_submit_head(std::string_view bytes);

[[nodiscard]] std::string encode_submit(const SubmitHead& head, std::span<const TracedCommand> commands);
/// The same for commands that are packed already, well-formed or not.
[[nodiscard]] std::string encode_submit_packed(const SubmitHead& head,
                                               std::span<const std::string_view> packed_commands);
/// Without a session.
[[nodiscard]] std::string encode_submit(std::uint64_t number, std::span<const TracedCommand> commands);
[[nodiscard]] std::string encode_submit_packed(std::uint64_t number,
                                               std::span<const std::string> packed_commands);

/// How a command ended, as far as its sender is concerned.
enum class Resolution : std::uint8_t {
  success = 0,
  rejected = 1,  ///< decided: a business refusal, final
  error = 2,     ///< decided: a fault outlasted its retries
  refused = 3,   ///< not decided: shape, capacity or fault; the id is not used up
  queued = 4,    ///< not decided yet: durable in the inbox, and decided in its turn
};

struct Answer {
  Resolution resolution = Resolution::refused;
  Code code = Code::none;
  std::string detail;                ///< names what is wrong; empty where the code says it all
  std::uint32_t retry_after_ms = 0;  ///< only with codes whose retry is `after`
  // What follows is set only where something was decided.
  ShardIndex shard;
  SequenceNumber sequence;
  TimeUs decided;
  bool duplicate = false;  ///< the original outcome of an id that was sent before
  bool overdrawn = false;
  bool unapplied = false;
  WalletState after;  ///< of the wallet once this was decided (not as it is now)

  bool operator==(const Answer&) const = default;
  [[nodiscard]] bool decided_something() const {
    return resolution != Resolution::refused && resolution != Resolution::queued;
  }
};

[[nodiscard]] std::string_view name(Resolution resolution);

/// What the journal says of an entry, as its sender is told.
[[nodiscard]] Answer answer_of(const Entry& entry, ShardIndex shard);
/// What the sender of an asynchronous command is told.
[[nodiscard]] Answer queued_answer();
[[nodiscard]] Answer refusal(Code code, std::string detail, std::uint32_t retry_after_ms = 0);

/// The body of an answer:
///
///     [resolution, code, detail, retry after ms, shard, sequence, decided, flags, wallet state]
void encode_answer_body(Writer& writer, const Answer& answer);
[[nodiscard]] Result<Answer> decode_answer_body(Reader& reader);
/// Whether a packed body says that nothing was decided for want of room.
[[nodiscard]] bool says_overloaded(std::string_view body);
/// Whether it says that nothing was decided, for whatever reason.
[[nodiscard]] bool says_refused(std::string_view body);
/// How long it says to wait; 0 where it says nothing of it.
[[nodiscard]] std::uint32_t told_to_wait_ms(std::string_view body);

/// An answer on its way to a client. `number` and `index` say which command of which message it answers;
/// both are nil where the message was too broken to tell.
struct AddressedAnswer {
  std::optional<std::uint64_t> number;
  std::optional<std::uint64_t> index;
  Answer answer;
};

/// Builds an ANSWERS message from bodies that are packed already.
class AnswersBuilder {
 public:
  void add(std::optional<std::uint64_t> number, std::optional<std::uint64_t> index, std::string_view body);
  [[nodiscard]] bool empty() const { return count_ == 0; }
  /// Bytes of the answers so far.
  [[nodiscard]] std::size_t size() const { return answers_.size(); }
  [[nodiscard]] std::string take();

 private:
  Writer answers_;
  std::size_t count_ = 0;
};

[[nodiscard]] Result<std::vector<AddressedAnswer>> decode_answers(std::string_view bytes);

}  // namespace florin
