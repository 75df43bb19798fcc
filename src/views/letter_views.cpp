#include "views/letter_views.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "protocol/command_codec.hpp"
#include "runtime/log.hpp"
#include "views/json_views.hpp"

namespace florin {

using Json = nlohmann::ordered_json;

namespace {

/// The command of an entry in the bytes of the protocol: what a sender could have sent.
std::string packed_command(const Entry& entry) {
  Writer writer;
  encode_command(writer, {entry.command, entry.provenance.trace});
  return std::move(writer).take();
}

}  // namespace

std::string_view handling_text(const Letter& letter) {
  return letter.handling() == nullptr ? "open" : name(letter.handling()->state);
}

Json to_json(const Handling& handling) {
  Json json;
  json["state"] = name(handling.state);
  json["at"] = iso_time(handling.time);
  json["by"] = handling.by.view();
  add_text(json, "id", handling.id.view());
  if (handling.state == HandlingState::redriven || handling.state == HandlingState::returned) {
    json["resolution"] = name(handling.resolution);
    json["code"] = handling.code == Code::none ? Json(nullptr) : Json(name(handling.code));
  }
  add_text(json, "reason", handling.reason);
  return json;
}

Json to_json(const Letter& letter) {
  Json json;
  json["letter"] = letter.number.value();
  json["class"] = name(letter.letter_class);
  json["needs_action"] = letter.needs_somebody();
  json["reason"] = name(letter.code());
  json["arrived_at"] = iso_time(letter.arrived);
  if (letter.entry) {
    json["attempts"] = letter.entry->entry.attempt;
    json["transaction"] = to_json(*letter.entry);
    json["bytes_hex"] = to_hex(packed_command(letter.entry->entry));
  } else {
    const RefusedRecord& refused = *letter.refused;
    json["refused_sequence"] = refused.sequence.value();
    json["detail"] = refused.detail;
    json["peer_hex"] = to_hex(refused.peer);
    json["length"] = refused.length;
    json["blake2b"] = to_hex(refused.hash.view());
    json["bytes_hex"] = to_hex(refused.bytes);
    json["bytes_escaped"] = escape_bytes(refused.bytes);
  }
  json["handling"] = handling_text(letter);
  json["handlings"] = Json::array();
  for (const Handling& handling : letter.handlings) {
    json["handlings"].push_back(to_json(handling));
  }
  return json;
}

}  // namespace florin
