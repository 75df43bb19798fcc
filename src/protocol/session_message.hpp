#pragma once

/// The messages that open a session and keep it whole, one frame each. docs/PROTOCOL.md says who sends them
/// when.
///
///     client -> router   HELLO    [1, 1, session, lowest version, highest version, {first}]
///     router -> client   WELCOME  [1, 16, version, session, incarnation, expected, limits]
///     router -> client   GO_BACK  [1, 19, session, code, expected]
///
/// `limits` is a map: message_bytes_max, commands_per_message_max, in_flight_commands_max.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/strong.hpp"
#include "protocol/envelope.hpp"
#include "protocol/problem.hpp"

namespace florin {

/// 16 bytes that a client made up, and that nobody made up before.
using SessionNonce = Id128;

struct Hello {
  SessionNonce session;
  std::uint64_t lowest_version = kProtocolVersion;
  std::uint64_t highest_version = kProtocolVersion;
  /// The number of the first SUBMIT, where the session is new. One that follows a lost session goes on
  /// counting, so that a late answer is never taken for another's.
  std::uint64_t first = 1;

  bool operator==(const Hello&) const = default;
};

/// What the router takes from one client.
struct ClientLimits {
  std::uint64_t message_bytes_max = 0;
  std::uint64_t commands_per_message_max = 0;
  std::uint64_t in_flight_commands_max = 0;

  bool operator==(const ClientLimits&) const = default;
};

struct Welcome {
  std::uint64_t version = kProtocolVersion;  ///< the highest that both speak
  SessionNonce session;
  Incarnation incarnation;
  std::uint64_t expected = 1;  ///< the number of the next SUBMIT that is taken
  ClientLimits limits;

  bool operator==(const Welcome&) const = default;
};

struct GoBack {
  SessionNonce session;
  Code code = Code::out_of_sequence;  ///< or unknown_session
  std::uint64_t expected = 0;         ///< 0 where the session is unknown

  bool operator==(const GoBack&) const = default;
};

[[nodiscard]] std::string encode_hello(const Hello& hello);
[[nodiscard]] Result<Hello> decode_hello(std::string_view bytes);
/// What both ends speak; `unsupported_version`, naming what is spoken here, where there is none.
[[nodiscard]] Result<std::uint64_t> agreed_version(const Hello& hello);

[[nodiscard]] std::string encode_welcome(const Welcome& welcome);
[[nodiscard]] Result<Welcome> decode_welcome(std::string_view bytes);

[[nodiscard]] std::string encode_go_back(const GoBack& go_back);
[[nodiscard]] Result<GoBack> decode_go_back(std::string_view bytes);

}  // namespace florin
