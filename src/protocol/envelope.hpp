#pragma once

/// The start that all messages share: [protocol version, message type, ...].

#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/reader.hpp"
#include "protocol/writer.hpp"

namespace florin {

inline constexpr std::uint64_t kProtocolVersion = 1;

/// The numbers of the message types: never used again for something else.
enum class MessageType : std::uint8_t {
  hello = 1,
  submit = 2,
  query = 3,
  handle = 4,
  welcome = 16,
  answers = 17,
  reply = 18,
  go_back = 19,
  ready = 33,
  work = 34,
  results = 35,
  alive = 36,
  placement = 37,
};

/// Opens a message of `elements`, version and type included.
Writer& open_envelope(Writer& writer, std::uint32_t elements, MessageType type);

/// The type that a message says it is of; nothing where its start cannot be read.
[[nodiscard]] std::optional<std::uint64_t> peek_message_type(std::string_view bytes);

/// Reads the start and fails the reader where the version, the type or the length is another. `what` names
/// the message in errors.
void read_envelope(Reader& reader, std::uint32_t elements, MessageType type, std::string_view what);

}  // namespace florin
