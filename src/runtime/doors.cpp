#include "runtime/doors.hpp"

#include <fmt/format.h>

#include "access/key_file.hpp"
#include "access/list_file.hpp"

namespace florin {

void load_node_keys(DoorSettings& doors) {
  if (!doors.has_server_key()) {
    return;
  }
  doors.server = read_key_file(doors.server_key_file).keys;
  doors.client = CurveKeys{doors.server->public_key, *doors.server};
}

void load_tool_keys(DoorSettings& doors) {
  if (doors.client_key_file.empty()) {
    load_node_keys(doors);
    return;
  }
  const std::string server = doors.server_public_key.empty()
                                 ? read_key_file(doors.server_key_file).keys.public_key
                                 : doors.server_public_key;
  doors.client = CurveKeys{server, read_key_file(doors.client_key_file).keys};
}

}  // namespace florin
