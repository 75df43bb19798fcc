#include "access/key_file.hpp"
#include "tests/runtime/config_text.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

const std::string kFarDoor = "[endpoints]\nfront = \"tcp://0.0.0.0:7100\"\n";
const std::string kServerKey = "server_public_key = \"" + std::string(40, 'a') + "\"\n";

TEST_CASE("Files of doors lie beside the configuration") {
  const ConfigText text("[doors]\nserver_key_file = \"server.key\"\ntokens_file = \"/etc/florin/tokens\"\n");
  const DoorSettings doors = text.load().doors;
  CHECK(doors.server_key_file == text.directory / "server.key");
  CHECK(doors.keys_file == text.directory / "keys");
  CHECK(doors.tokens_file == "/etc/florin/tokens");
  CHECK(doors.client_key_file.empty());
}

TEST_CASE("Doors with keys may be where others reach them") {
  CHECK(refusal_of(kFarDoor + "[doors]\nserver_key_file = \"server.key\"\n").empty());
  CHECK(refusal_of(kFarDoor + "[doors]\nclient_key_file = \"shop.key\"\n" + kServerKey).empty());
  CHECK(contains(refusal_of(kFarDoor + "[doors]\nkeys_file = \"keys\"\n"), "beyond loopback"));
}

TEST_CASE("Doors without keys may be there when it was said that they are insecure") {
  const ConfigText text(kFarDoor);
  CHECK(load_config(text.file(), std::nullopt, Insecure::yes).endpoints.front == "tcp://0.0.0.0:7100");
}

TEST_CASE("A client's key and the server's public key need each other") {
  CHECK(contains(refusal_of("[doors]\nclient_key_file = \"shop.key\"\n"),
                 "`doors.client_key_file` needs `doors.server_public_key`"));
  CHECK(contains(refusal_of("[doors]\n" + kServerKey),
                 "`doors.server_public_key` needs `doors.client_key_file`"));
  CHECK(contains(refusal_of("[doors]\nserver_public_key = \"aaaa\"\n"), "must be 40 characters of Z85"));
}

TEST_CASE("A part of Florin connects with the server's key, and a tool with its own") {
  const ConfigText text("[doors]\nserver_key_file = \"server.key\"\nclient_key_file = \"shop.key\"\n");
  const NamedKey server{"server", new_key_pair()};
  const NamedKey shop{"shop", new_key_pair()};
  write_key_file(text.directory / "server.key", server);
  write_key_file(text.directory / "shop.key", shop);
  DoorSettings node = text.load().doors;
  load_node_keys(node);
  CHECK(node.server == server.keys);
  CHECK(node.client->own == server.keys);
  DoorSettings tool = text.load().doors;
  load_tool_keys(tool);
  CHECK_FALSE(tool.server.has_value());
  CHECK(tool.client->own == shop.keys);
  CHECK(tool.client->server_public_key == server.keys.public_key);
}

}  // namespace
}  // namespace florin::test
