#pragma once

/// Who is let in at a TCP door: what is answered to libzmq, which asks for each connection with the public
/// key that was proved (ZeroMQ RFC 27, ZAP). Pure: the handler's socket is in actors/zap_agent.
///
///     request   version, id, domain, address, routing id, mechanism, public key (32 bytes)
///     reply     version, id, 200 or 400, text, user id, metadata

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/key_list.hpp"

namespace florin {

/// The domain of a door's sockets. What a key needs in order to be let in differs; at `front` and `query` any
/// known key is, and is told with each message what it may not do. At the others nobody could tell it.
enum class DoorKind : std::uint8_t { front, query, events, backend };
[[nodiscard]] std::string_view name(DoorKind door);

struct ZapAnswer {
  std::vector<std::string> frames;  ///< the reply
  std::string peer;                 ///< address of who asks
  std::string refusal;              ///< why it is not let in; empty where it is
};

/// Answers a request. `own_public_key` is the server's: its holders are Florin itself.
[[nodiscard]] ZapAnswer answer_zap(const std::vector<std::string>& frames, const Keys& keys,
                                   std::string_view own_public_key);

}  // namespace florin
