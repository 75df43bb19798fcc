#include "protocol/message.hpp"

#include <fmt/format.h>

#include "base/invariant.hpp"

namespace florin {

namespace {

constexpr std::uint32_t kSubmitElements = 6;
constexpr std::uint32_t kAnswersElements = 3;
constexpr std::uint32_t kAnswerElements = 3;
constexpr std::uint32_t kBodyElements = 9;
/// Those at the end of a body that are nil where nothing was decided.
constexpr std::uint32_t kDecidedElements = 5;
constexpr std::size_t kAnswerDetailMax = 1024;

constexpr std::uint64_t kAnswerDuplicate = 1;
constexpr std::uint64_t kAnswerOverdrawn = 2;
constexpr std::uint64_t kAnswerUnapplied = 4;

SubmitHead read_submit_head(Reader& reader) {
  read_envelope(reader, kSubmitElements, MessageType::submit, "SUBMIT");
  SubmitHead head;
  if (!reader.take_nil()) {
    head.session = fixed_from<SessionNonce>(reader.bin_of(SessionNonce::kSize, "session"));
  }
  head.number = reader.uint("number");
  return head;
}

Writer& encode_optional(Writer& writer, const std::optional<std::uint64_t>& value) {
  return value ? writer.uint(*value) : writer.nil();
}

std::optional<std::uint64_t> decode_optional(Reader& reader, std::string_view what) {
  return reader.take_nil() ? std::nullopt : std::optional(reader.uint(what));
}

/// Where a command is wrong its element is only delimited, so that it does not spoil the others.
Submit::Item read_item(Reader& reader) {
  Reader command = reader.ahead();
  auto decoded = decode_command(command);
  const std::string_view packed = decoded ? reader.follow(command) : reader.skip("command");
  return {std::move(decoded), packed};
}

}  // namespace

tl::expected<Submit, RefusedMessage> decode_submit(std::string_view bytes, std::size_t commands_max) {
  Submit submit;
  if (auto refused = decode_submit(bytes, commands_max, submit)) {
    return tl::make_unexpected(std::move(*refused));
  }
  return submit;
}

std::optional<RefusedMessage> decode_submit(std::string_view bytes, std::size_t commands_max,
                                            Submit& submit) {
  Reader reader(bytes);
  submit.head = read_submit_head(reader);
  submit.items.clear();
  if (!reader.ok()) {
    return RefusedMessage{reader.problem(), std::nullopt};
  }
  const std::uint32_t count = reader.array("commands");
  if (reader.ok() && count == 0) {
    reader.fail(Code::wrong_length, "a SUBMIT holds at least one command");
  }
  if (reader.ok() && count > commands_max) {
    reader.fail(Code::batch_too_large, fmt::format("{} commands, the limit is {}", count, commands_max));
  }
  submit.items.reserve(reader.ok() ? count : 0);
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    submit.items.push_back(read_item(reader));
  }
  if (reader.map("options") != 0) {
    reader.fail(Code::unknown_option, "SUBMIT has no options");
  }
  reader.finish();
  if (!reader.ok()) {
    return RefusedMessage{reader.problem(), submit.head};
  }
  return std::nullopt;
}

std::optional<SubmitHead> peek_submit_head(std::string_view bytes) {
  Reader reader(bytes);
  const SubmitHead head = read_submit_head(reader);
  return reader.ok() ? std::optional(head) : std::nullopt;
}

namespace {

template <class Commands, class Encode>
std::string encode_submit_with(const SubmitHead& head, const Commands& commands, Encode encode) {
  Writer writer;
  open_envelope(writer, kSubmitElements, MessageType::submit);
  head.session ? writer.bin(head.session->view()) : writer.nil();
  writer.uint(head.number).array(commands.size());
  for (const auto& command : commands) {
    encode(writer, command);
  }
  writer.map(0);
  return std::move(writer).take();
}

}  // namespace

std::string encode_submit(const SubmitHead& head, std::span<const TracedCommand> commands) {
  return encode_submit_with(head, commands, encode_command);
}

std::string encode_submit_packed(const SubmitHead& head, std::span<const std::string_view> packed_commands) {
  return encode_submit_with(head, packed_commands,
                            [](Writer& writer, std::string_view packed) { writer.raw(packed); });
}

std::string encode_submit(std::uint64_t number, std::span<const TracedCommand> commands) {
  return encode_submit({std::nullopt, number}, commands);
}

std::string encode_submit_packed(std::uint64_t number, std::span<const std::string> packed_commands) {
  return encode_submit_with({std::nullopt, number}, packed_commands,
                            [](Writer& writer, std::string_view packed) { writer.raw(packed); });
}

std::string_view name(Resolution resolution) {
  switch (resolution) {
    case Resolution::success: return "success";
    case Resolution::rejected: return "rejected";
    case Resolution::error: return "error";
    case Resolution::refused: return "refused";
    case Resolution::queued: return "queued";
  }
  invariant(false, "a resolution is one of its enumerators");
  return {};
}

Answer answer_of(const Entry& entry, ShardIndex shard) {
  Answer answer;
  answer.resolution = static_cast<Resolution>(entry.outcome);
  answer.code = entry.reason;
  answer.shard = shard;
  answer.sequence = entry.sequence();
  answer.decided = entry.decided;
  answer.overdrawn = entry.overdrawn;
  answer.unapplied = entry.unapplied;
  answer.after = entry.side().after;
  return answer;
}

Answer queued_answer() {
  Answer answer;
  answer.resolution = Resolution::queued;
  return answer;
}

Answer refusal(Code code, std::string detail, std::uint32_t retry_after_ms) {
  Answer answer;
  answer.code = code;
  answer.detail = std::move(detail);
  answer.retry_after_ms = retry_after_ms;
  return answer;
}

void encode_answer_body(Writer& writer, const Answer& answer) {
  writer.array(kBodyElements)
      .uint(static_cast<std::uint64_t>(answer.resolution))
      .uint(static_cast<std::uint64_t>(answer.code))
      .text_or_nil(std::string_view(answer.detail).substr(0, kAnswerDetailMax))
      .uint_or_nil(answer.retry_after_ms);
  if (!answer.decided_something()) {
    for (std::uint32_t i = 0; i < kDecidedElements; ++i) {
      writer.nil();
    }
    return;
  }
  writer.uint(answer.shard.value())
      .uint(answer.sequence.value())
      .integer(answer.decided.value())
      .uint((answer.duplicate ? kAnswerDuplicate : 0) | (answer.overdrawn ? kAnswerOverdrawn : 0) |
            (answer.unapplied ? kAnswerUnapplied : 0));
  encode_wallet_state(writer, answer.after);
}

Result<Answer> decode_answer_body(Reader& reader) {
  Answer answer;
  reader.array_of(kBodyElements, "answer");
  answer.resolution = static_cast<Resolution>(reader.uint("resolution", 4));
  const auto code = code_from_number(reader.uint("code"));
  if (reader.ok() && !code) {
    reader.fail(Code::malformed, "code is not in the table");
  }
  answer.code = code.value_or(Code::none);
  answer.detail = reader.text_or_nil("detail", kAnswerDetailMax);
  answer.retry_after_ms =
      static_cast<std::uint32_t>(reader.take_nil() ? 0 : reader.uint("retry after", UINT32_MAX));
  if (!answer.decided_something()) {
    for (std::uint32_t i = 0; i < kDecidedElements; ++i) {
      reader.reserved("what was decided");
    }
  } else {
    answer.shard = ShardIndex(static_cast<std::uint16_t>(reader.uint("shard", UINT16_MAX)));
    answer.sequence = SequenceNumber(reader.uint("sequence"));
    answer.decided = TimeUs(reader.integer("decided"));
    const std::uint64_t flags = reader.uint("flags", kAnswerDuplicate | kAnswerOverdrawn | kAnswerUnapplied);
    answer.duplicate = (flags & kAnswerDuplicate) != 0;
    answer.overdrawn = (flags & kAnswerOverdrawn) != 0;
    answer.unapplied = (flags & kAnswerUnapplied) != 0;
    answer.after = decode_wallet_state(reader);
    answer.after.stands_at = answer.sequence;
  }
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return answer;
}

bool says_overloaded(std::string_view body) {
  Reader reader(body);
  reader.array_of(kBodyElements, "answer");
  (void)reader.uint("resolution");
  return reader.uint("code") == static_cast<std::uint64_t>(Code::overloaded);
}

bool says_refused(std::string_view body) {
  Reader reader(body);
  reader.array_of(kBodyElements, "answer");
  return reader.uint("resolution") == static_cast<std::uint64_t>(Resolution::refused) && reader.ok();
}

std::uint32_t told_to_wait_ms(std::string_view body) {
  Reader reader(body);
  const auto answer = decode_answer_body(reader);
  return answer ? answer->retry_after_ms : 0;
}

void AnswersBuilder::add(std::optional<std::uint64_t> number, std::optional<std::uint64_t> index,
                         std::string_view body) {
  answers_.array(kAnswerElements);
  encode_optional(answers_, number);
  encode_optional(answers_, index).raw(body);
  ++count_;
}

std::string AnswersBuilder::take() {
  Writer writer;
  open_envelope(writer, kAnswersElements, MessageType::answers).array(count_).raw(answers_.view());
  answers_.clear();
  count_ = 0;
  return std::move(writer).take();
}

Result<std::vector<AddressedAnswer>> decode_answers(std::string_view bytes) {
  Reader reader(bytes);
  read_envelope(reader, kAnswersElements, MessageType::answers, "ANSWERS");
  const std::uint32_t count = reader.array("answers");
  std::vector<AddressedAnswer> answers;
  answers.reserve(reader.ok() ? count : 0);
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    reader.array_of(kAnswerElements, "addressed answer");
    AddressedAnswer addressed;
    addressed.number = decode_optional(reader, "number");
    addressed.index = decode_optional(reader, "index");
    auto body = decode_answer_body(reader);
    if (body) {
      addressed.answer = std::move(*body);
      answers.push_back(std::move(addressed));
    }
  }
  reader.finish();
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return answers;
}

}  // namespace florin
