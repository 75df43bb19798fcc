#include "gateway/letter_json.hpp"

#include "base/text.hpp"
#include "gateway/transaction_json.hpp"
#include "protocol/command_codec.hpp"

namespace florin {

namespace {

/// Commands are kept decoded; these are the bytes that say the same.
std::string packed_command(const Entry& entry) {
  Writer writer;
  encode_command(writer, {entry.command, entry.provenance.trace});
  return std::move(writer).take();
}

void add_transaction(JsonWriter& json, const EntryRow& row) {
  json.unsigned_integer("attempts", row.entry.attempt)
      .raw("transaction", transaction_json(row))
      .text("bytes_hex", to_hex(packed_command(row.entry)));
}

void add_refused(JsonWriter& json, const RefusedRecord& refused) {
  json.unsigned_integer("refused_sequence", refused.sequence.value())
      .text("detail", refused.detail)
      .text("peer_hex", to_hex(refused.peer))
      .unsigned_integer("length", refused.length)
      .text("blake2b", to_hex(refused.hash.view()))
      .text("bytes_hex", to_hex(refused.bytes))
      .text("bytes_escaped", escape_bytes(refused.bytes));
}

}  // namespace

std::string letter_json(const Letter& letter) {
  JsonWriter json;
  json.open()
      .unsigned_integer("letter", letter.number.value())
      .text("class", name(letter.letter_class))
      .boolean("needs_action", needs_action(letter.letter_class))
      .text("reason", name(letter.code()))
      .time("arrived_at", letter.arrived);
  if (letter.entry) {
    add_transaction(json, *letter.entry);
  } else {
    add_refused(json, *letter.refused);
  }
  return json.close().take();
}

}  // namespace florin
