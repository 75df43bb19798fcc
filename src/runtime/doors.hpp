#pragma once

/// Who may come in, as it is configured: [doors]. Keys are for ZeroMQ over TCP, tokens for HTTP. Without a
/// key of the server a TCP door takes whoever reaches it, so it is on loopback alone unless `--insecure` was
/// said.

#include <filesystem>
#include <optional>
#include <string>

#include "base/curve_keys.hpp"

namespace florin {

/// `--insecure`: doors beyond loopback without keys or tokens.
enum class Insecure : bool { no, yes };

struct DoorSettings {
  std::filesystem::path server_key_file;  ///< secret; none: TCP without keys
  std::filesystem::path keys_file;        ///< who may come in: see access/key_list.hpp
  std::filesystem::path client_key_file;  ///< secret; what tools connect with; none: the server's own
  std::string server_public_key;          ///< for tools that do not have the server's key file
  std::filesystem::path tokens_file;      ///< see access/token_list.hpp
  Insecure insecure = Insecure::no;

  // Read from the files above by whoever needs them: not everybody may.
  std::optional<KeyPair> server;    ///< a part of Florin binds with it
  std::optional<CurveKeys> client;  ///< whatever connects to a TCP door does so with these

  [[nodiscard]] bool has_server_key() const { return !server_key_file.empty(); }
  [[nodiscard]] bool has_client_key() const { return has_server_key() || !client_key_file.empty(); }
};

/// Reads what a part of Florin needs: the server's key, with which it also connects. Throws AccessError.
void load_node_keys(DoorSettings& doors);
/// Reads what a tool needs: the client's key, else the server's. Throws AccessError.
void load_tool_keys(DoorSettings& doors);

}  // namespace florin
