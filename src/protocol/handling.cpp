#include "protocol/handling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "protocol/envelope.hpp"

namespace florin {

namespace {

constexpr std::uint32_t kHandleElements = 8;
constexpr std::uint32_t kHandlingElements = 7;
constexpr std::size_t kHandleKeyMax = 32;
constexpr std::uint64_t kResolutionMax = static_cast<std::uint64_t>(Resolution::refused);

constexpr std::array<std::string_view, 4> kStateNames{"redriving", "redriven", "discarded", "returned"};

TransactionId read_id(Reader& reader) {
  const auto text = reader.text("id", kNameMax);
  if (reader.ok() && !is_name(text)) {
    reader.fail(Code::invalid_transaction_id, fmt::format("id is `{}`", escape_bytes(text)));
  }
  return reader.ok() ? TransactionId(text) : TransactionId();
}

OperatorName read_by(Reader& reader) {
  const auto text = reader.text("by", kNameMax);
  if (reader.ok() && !is_label(text)) {
    reader.fail(Code::malformed, "by must be 1 to 64 bytes of printable UTF-8");
  }
  return reader.ok() ? OperatorName(text) : OperatorName();
}

Code read_outcome_code(Reader& reader) {
  const auto code = code_from_number(reader.uint("code"));
  if (reader.ok() && !code) {
    reader.fail(Code::malformed, "code is no known one");
  }
  return code.value_or(Code::none);
}

/// Printable, so that it can be shown as it is; of several lines' length, so not a label.
std::string read_reason(Reader& reader) {
  const auto text = reader.text("reason", kHandlingReasonMax);
  std::string_view rest = text;
  while (!rest.empty() && reader.ok()) {
    const std::size_t length = utf8_sequence_length(rest);
    if (length == 0 || starts_with_control(rest)) {
      reader.fail(Code::malformed, "reason must be printable UTF-8");
      break;
    }
    rest.remove_prefix(length);
  }
  if (reader.ok() && text.empty()) {
    reader.fail(Code::malformed, "a reason is needed: say why nobody has to act on the letter");
  }
  return std::string(text);
}

void read_details(Reader& reader, Handle& handle) {
  switch (handle.action) {
    case HandleAction::reserve:
      reader.array_of(1, "details of reserve");
      if (!reader.take_nil()) {
        handle.letter_class = static_cast<LetterClass>(reader.uint("class", kLetterClasses - 1));
      }
      return;
    case HandleAction::record:
      reader.array_of(3, "details of record");
      handle.id = read_id(reader);
      handle.resolution = static_cast<Resolution>(reader.uint("resolution", kResolutionMax));
      handle.code = read_outcome_code(reader);
      return;
    case HandleAction::discard:
      reader.array_of(1, "details of discard");
      handle.reason = read_reason(reader);
      return;
  }
}

void write_details(Writer& writer, const Handle& handle) {
  switch (handle.action) {
    case HandleAction::reserve:
      writer.array(1);
      handle.letter_class ? writer.uint(static_cast<std::uint64_t>(*handle.letter_class)) : writer.nil();
      return;
    case HandleAction::record:
      writer.array(3)
          .text(handle.id.view())
          .uint(static_cast<std::uint64_t>(handle.resolution))
          .uint(static_cast<std::uint64_t>(handle.code));
      return;
    case HandleAction::discard: writer.array(1).text(handle.reason); return;
  }
}

struct HandleOption {
  std::string_view key;
  bool Handle::*member;
};
constexpr std::array kHandleOptions{
    HandleOption{"discarded", &Handle::even_discarded},
    HandleOption{"redriven", &Handle::even_redriven},
};

void read_options(Reader& reader, Handle& handle) {
  unsigned seen = 0;
  const std::uint32_t count = reader.map("options");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const auto key = reader.text("option name", kHandleKeyMax);
    const auto* const option = std::find_if(kHandleOptions.begin(), kHandleOptions.end(),
                                            [&](const HandleOption& row) { return row.key == key; });
    if (reader.ok() && option == kHandleOptions.end()) {
      reader.fail(Code::unknown_option, fmt::format("HANDLE has no option `{}`", escape_bytes(key)));
    }
    if (!reader.ok()) {
      return;
    }
    const unsigned bit = 1U << static_cast<unsigned>(option - kHandleOptions.begin());
    if ((seen & bit) != 0) {
      reader.fail(Code::invalid_option, fmt::format("option `{}` is given twice", key));
    }
    seen |= bit;
    handle.*option->member = reader.boolean(key);
  }
}

}  // namespace

std::string_view name(HandlingState state) {
  return kStateNames.at(static_cast<std::size_t>(state) - 1);
}

void encode_handling(Writer& writer, const Handling& handling) {
  const bool tells_outcome =
      handling.state == HandlingState::redriven || handling.state == HandlingState::returned;
  writer.array(kHandlingElements)
      .uint(static_cast<std::uint64_t>(handling.state))
      .integer(handling.time.value())
      .text(handling.by.view())
      .text_or_nil(handling.id.view());
  tells_outcome ? writer.uint(static_cast<std::uint64_t>(handling.resolution)) : writer.nil();
  writer.uint(static_cast<std::uint64_t>(handling.code)).text_or_nil(handling.reason);
}

Handling decode_handling(Reader& reader) {
  Handling handling;
  reader.array_of(kHandlingElements, "handling");
  const std::uint64_t state = reader.uint("state", kStateNames.size());
  if (reader.ok() && state == 0) {
    reader.fail(Code::malformed, "a handling's state is 1 to 4");
  }
  handling.state = static_cast<HandlingState>(std::max<std::uint64_t>(state, 1));
  handling.time = TimeUs(reader.integer("time"));
  handling.by = read_by(reader);
  const bool discards = handling.state == HandlingState::discarded;
  discards ? reader.reserved("id") : void(handling.id = read_id(reader));
  if (handling.state == HandlingState::redriven || handling.state == HandlingState::returned) {
    handling.resolution = static_cast<Resolution>(reader.uint("resolution", kResolutionMax));
  } else {
    reader.reserved("resolution");
  }
  handling.code = read_outcome_code(reader);
  discards ? void(handling.reason = read_reason(reader)) : reader.reserved("reason");
  return handling;
}

std::string encode_handle(const Handle& handle) {
  Writer writer;
  open_envelope(writer, kHandleElements, MessageType::handle)
      .uint(handle.request)
      .uint(handle.letter.value())
      .text(handle.by.view())
      .uint(static_cast<std::uint64_t>(handle.action));
  write_details(writer, handle);
  writer.map(std::size_t{handle.even_discarded} + std::size_t{handle.even_redriven});
  for (const HandleOption& option : kHandleOptions) {
    if (handle.*option.member) {
      writer.text(option.key).boolean(true);
    }
  }
  return std::move(writer).take();
}

Result<Handle> decode_handle(std::string_view bytes) {
  Reader reader(bytes);
  read_envelope(reader, kHandleElements, MessageType::handle, "HANDLE");
  Handle handle;
  handle.request = reader.uint("request");
  handle.letter = LetterNumber(reader.uint("letter"));
  handle.by = read_by(reader);
  const std::uint64_t action = reader.uint("action");
  if (reader.ok() && (action < 1 || action > 3)) {
    reader.fail(Code::unknown_kind,
                fmt::format("action is {}, not 1 (reserve), 2 (record) or 3 (discard)", action));
  }
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  handle.action = static_cast<HandleAction>(action);
  read_details(reader, handle);
  read_options(reader, handle);
  reader.finish();
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return handle;
}

}  // namespace florin
