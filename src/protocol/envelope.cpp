#include "protocol/envelope.hpp"

#include <fmt/format.h>

namespace florin {

Writer& open_envelope(Writer& writer, std::uint32_t elements, MessageType type) {
  return writer.array(elements).uint(kProtocolVersion).uint(static_cast<std::uint64_t>(type));
}

std::optional<std::uint64_t> peek_message_type(std::string_view bytes) {
  Reader reader(bytes);
  (void)reader.array("message");
  (void)reader.uint("version");
  const std::uint64_t type = reader.uint("message type");
  return reader.ok() ? std::optional(type) : std::nullopt;
}

void read_envelope(Reader& reader, std::uint32_t elements, MessageType type, std::string_view what) {
  const std::uint32_t count = reader.array(what);
  const std::uint64_t version = reader.uint("version");
  if (reader.ok() && version != kProtocolVersion) {
    reader.fail(Code::unsupported_version,
                fmt::format("version is {}, this end speaks {}", version, kProtocolVersion));
  }
  const std::uint64_t given = reader.uint("message type");
  if (reader.ok() && given != static_cast<std::uint64_t>(type)) {
    reader.fail(Code::unknown_kind, fmt::format("message type is {}, which this end does not take", given));
  }
  if (reader.ok() && count != elements) {
    reader.fail(Code::wrong_length, fmt::format("{} has {} elements, not {}", what, elements, count));
  }
}

}  // namespace florin
